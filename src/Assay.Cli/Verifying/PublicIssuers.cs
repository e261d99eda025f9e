namespace Assay.Cli.Verifying;

/// <summary>The issuers that the public Sigstore certifies, by the ids that this project gives their providers.</summary>
internal static class PublicIssuers
{
    private static readonly (string Prefix, string Provider)[] Known =
    [
        ("https://token.actions.githubusercontent.com", "github"),
        ("https://gitlab.com", "gitlab"),
        ("https://oidc.circleci.com/org/", "circleci"),
        ("https://agent.buildkite.com", "buildkite"),
    ];

    public static string? ProviderOf(string? issuer) => issuer is null ? null : Known.FirstOrDefault(known => IsIssuer(known.Prefix, issuer)).Provider;

    // Exactly, or below a slash: never another host that begins alike.
    private static bool IsIssuer(string prefix, string issuer) =>
        issuer == prefix || issuer.StartsWith(prefix.TrimEnd('/') + "/", StringComparison.Ordinal);
}
