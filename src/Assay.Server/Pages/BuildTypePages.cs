using System.Text;
using Assay.Server.Answers;
using Assay.Trust.Providers;
using Assay.Trust.Runs;

namespace Assay.Server.Pages;

/// <summary>
/// What the addresses in provenance statements lead to: what each member means, and what the registry does and does not vouch for. Open to
/// everybody, because a statement is read wherever the package goes.
/// </summary>
internal static class BuildTypePages
{
    private const string Honest = "A token with these claims was presented for this package, and then these bytes were uploaded with the credential exchanged for it.";
    private const string Limits = "The registry did not watch the build. Provenance does not mean that a package is safe.";

    // In every statement, whatever the provider.
    private static readonly StatementMember[] Always =
    [
        new("subject", "The version and the SHA-512 of its tarball.", "the upload"),
        new("buildDefinition.buildType", "The address of this page.", "the registry"),
        new($"buildDefinition.internalParameters.{ProvenanceShape.IdentityToken}.issuer", "Who signed the token.", "claim 'iss'"),
        new($"buildDefinition.internalParameters.{ProvenanceShape.IdentityToken}.provider", "The kind of issuer.", "the registry"),
        new($"buildDefinition.internalParameters.{ProvenanceShape.IdentityToken}.definitionRevision", "Which revision of the provider's definition read the token.", "the registry"),
        new(
            $"buildDefinition.internalParameters.{ProvenanceShape.IdentityToken}.idSha256",
            "SHA-256 of what the token was known by, so that two statements about one token can be told.",
            "claim 'jti', or the token itself"),
        new("runDetails.builder.id", "The address that says what the registry vouches for.", "the registry"),
    ];

    public static void MapBuildTypePages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/buildtypes/{provider}/v1", BuildType);
        app.MapGet("/trusted-publishing/v1", Builder);
    }

    private static IResult BuildType(string provider, ProviderCatalog catalog, PublicUrl url) => catalog.Find(provider) is { Provenance: not null } definition
        ? Page.Show("Build type", Page.Markup($"""
            <p>Statements with this build type are about versions that were published from {definition.DisplayName}. The <a href="{url.At("trusted-publishing/v1")}">registry</a> says in them:</p>
            <p>{Honest} {Limits}</p>
            <p>{Visibility(definition)} Members that a token has no claim for are left out. No member is about a person. When the build began and ended no token says, so no statement does.</p>
            <p>Definition {definition.Id}, revision {definition.Revision}.</p>
            <h2>Members</h2>
            """) + Members([.. StatementMember.Of(definition), .. Always]))
        : Page.Show("Build type", "<p>There is no such build type at this registry.</p>", StatusCodes.Status404NotFound);

    private static IResult Builder(ProviderCatalog catalog, PublicUrl url) => Page.Show("Trusted publishing", Page.Markup($"""
        <p>Statements with this builder id were made and signed by this registry. Each says:</p>
        <p>{Honest}</p>
        <p>{Limits} What a CI system ran, with which inputs and on what machine, is known to that system alone; compare the source, the workflow and the ref with what you expect.</p>
        <h2>Build types</h2>
        """) + $"<ul>{string.Concat(catalog.Definitions.Where(definition => definition.Provenance is not null).Select(definition => Link(definition, url)))}</ul>");

    private static string Visibility(ProviderDefinition definition) => definition.Provenance!.PublicWhen is { } seen
        ? $"The source counts as public when claim '{seen.Claim}' is {string.Join(" or ", seen.In)}, and as private otherwise."
        : "Tokens do not say who may see the source, so it counts as private.";

    private static string Members(IEnumerable<StatementMember> members)
    {
        var list = new StringBuilder("<dl>");
        foreach (var member in members)
        {
            list.Append(Page.Markup($"<dt><code>{member.Path}</code></dt><dd>{member.Means} From: {member.Origin}.</dd>"));
        }
        return list.Append("</dl>").ToString();
    }

    private static string Link(ProviderDefinition definition, PublicUrl url) =>
        Page.Markup($"<li><a href=\"{url.At($"buildtypes/{definition.Id}/v1")}\">{definition.DisplayName}</a></li>");
}
