using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Browser;

/// <summary>A page that is looked at: what its picture is called, where it is, and who looks.</summary>
/// <param name="Name">Of the picture in docs/images.</param>
/// <param name="Address">Below the registry.</param>
/// <param name="As">Who is signed in; null for nobody.</param>
public sealed record EveryPage(string Name, string Address, string? As = null)
{
    private const string OfPackage = $"-/packages/{Showcase.Package}";

    /// <summary>All of them. A page that is not here is not shown to be for everybody.</summary>
    internal static IReadOnlyList<EveryPage> All { get; } =
    [
        new("start", ""),
        new("start-signed-in", "", World.Member),
        new("sign-in", "-/sign-in"),
        new("search", "-/search?q=acme", World.Member),
        new("package", OfPackage, World.Member),
        new("versions", $"{OfPackage}/versions", World.Member),
        new("provenance", $"{OfPackage}/v/1.1.0", World.Member),
        new("files", $"{OfPackage}/files/1.1.0", World.Member),
        new("file", $"{OfPackage}/files/1.1.0?path=package.json", World.Member),
        new("compare", $"{OfPackage}/compare/1.0.0/1.1.0", World.Member),
        new("dependents", $"{OfPackage}/dependents", World.Member),
        new("trust", $"{OfPackage}/trust", World.Administrator),
        new("trust-new", $"{OfPackage}/trust/new?provider=github", World.Administrator),
        new("trust-try", $"{OfPackage}/trust/try", World.Administrator),
        new("trust-attempts", $"{OfPackage}/trust/attempts", World.Administrator),
        new("account", "-/account", World.Member),
        new("account-factors", "-/account/factors", World.Member),
        new("account-tokens", "-/account/tokens", World.Member),
        new("account-new-token", "-/account/tokens/new", World.Member),
        new("account-identities", "-/account/identities", World.Member),
        new("account-mails", "-/account/mails", World.Member),
        new("account-profile", "-/account/profile", World.Member),
        new("organisations", "-/orgs", World.Member),
    ];

    public override string ToString() => Name;
}
