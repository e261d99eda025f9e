using Assay.Server.Answers;

namespace Assay.Server.Packages;

/// <summary>What clients ask for and this registry does not know. An empty list of advisories would read as "no known vulnerabilities".</summary>
internal static class NotOffered
{
    public static void MapNotOffered(this IEndpointRouteBuilder app)
    {
        app.MapPost("/-/npm/v1/security/advisories/bulk", Advisories);
        app.MapPost("/-/npm/v1/security/audits/quick", Advisories);
    }

    private static JsonAnswer Advisories() => NpmError.NotFound(
        "This registry knows no security advisories, so it cannot say that packages are free of them. Run the audit against a registry that does.",
        "advisories-not-offered");
}
