using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Browser;

/// <summary>A page that is looked at: what its picture is called, where it is, and who looks.</summary>
/// <param name="Name">Of the picture in docs/images.</param>
/// <param name="Address">Below the registry; what is in braces is the id of something that was made for it.</param>
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
        new("publishing", $"{OfPackage}/publishing", World.Administrator),
        new("report", $"-/report/{Showcase.Package}", World.Member),
        new("trust", $"{OfPackage}/trust", World.Administrator),
        new("trust-new", $"{OfPackage}/trust/new?provider=github", World.Administrator),
        new("trust-new-gitlab", $"{OfPackage}/trust/new?provider=gitlab", World.Administrator),
        new("trust-try", $"{OfPackage}/trust/try", World.Administrator),
        new("trust-lint", $"{OfPackage}/trust/lint", World.Administrator),
        new("trust-attempts", $"{OfPackage}/trust/attempts", World.Administrator),
        new("trust-attempt", $"{OfPackage}/trust/attempts/{{attempt}}", World.Administrator),
        new("scope-trust", "-/scopes/@acme/trust", World.Member),
        new("scope-publishing", "-/scopes/@acme/publishing", World.Member),
        new("stages", "-/stages", World.Administrator),
        new("stage", "-/stages/{stage}", World.Administrator),
        new("stage-set", "-/stages/sets/{set}", World.Administrator),
        new("account", "-/account", World.Member),
        new("account-factors", "-/account/factors", World.Member),
        new("account-tokens", "-/account/tokens", World.Member),
        new("account-token-new", "-/account/tokens/new", World.Member),
        new("account-mails", "-/account/mails", World.Member),
        new("account-identities", "-/account/identities", World.Member),
        new("account-profile", "-/account/profile", World.Member),
        new("organisations", "-/orgs", World.Member),
        new("organisation", "-/orgs/acme", World.Member),
        new("organisation-teams", "-/orgs/acme/teams", World.Member),
        new("organisation-team", "-/orgs/acme/teams/crew", World.Member),
        new("organisation-denies", "-/orgs/acme/denies", World.Member),
        new("organisation-policies", "-/orgs/acme/policies", World.Member),
        new("log", "-/log", World.Member),
        new("log-entry", "-/log/entries/17", World.Member),
        new("operator", "-/operator", World.Administrator),
        new("operator-issuers", "-/operator/issuers", World.Administrator),
        new("operator-issuer", "-/operator/issuers/github", World.Administrator),
        new("operator-issuer-add", "-/operator/issuers/add?provider=gitlab", World.Administrator),
        new("operator-users", "-/operator/users", World.Administrator),
        new("operator-user", $"-/operator/users/{World.Member}", World.Administrator),
        new("operator-upstream", "-/operator/upstream", World.Administrator),
        new("operator-reports", "-/operator/reports", World.Administrator),
        new("operator-audit", "-/operator/audit", World.Administrator),
        new("operator-charts", "-/operator/charts", World.Administrator),
        new("operator-incidents", "-/operator/incidents", World.Administrator),
        new("operator-freezes", "-/operator/freezes", World.Administrator),
        new("operator-jobs", "-/operator/jobs", World.Administrator),
        new("operator-advisories", "-/operator/advisories", World.Administrator),
        new("operator-webhooks", "-/operator/webhooks", World.Administrator),
        new("operator-health", "-/operator/health", World.Administrator),
        new("forgot", "-/forgot") { Status = 404 },
        new("setup-done", "-/setup"),
        new("setup-factor", "-/setup/factor", World.Administrator),
        new("setup-issuer", "-/setup/issuer", World.Administrator),
        new("setup-policy", "-/setup/policy", World.Administrator),
        new("setup-workflow", "-/setup/workflow", World.Administrator),
        new("build-type", "buildtypes/github/v1"),
        new("trusted-publishing", "trusted-publishing/v1"),
        new("not-found", "-/packages/@acme/nothing") { Status = 404 },
        new("not-for-you", "-/operator", World.Member) { Status = 403 },
    ];

    /// <summary>What it answers with.</summary>
    public int Status { get; init; } = 200;

    public override string ToString() => Name;
}
