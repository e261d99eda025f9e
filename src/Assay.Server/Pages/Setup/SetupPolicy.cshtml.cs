using Assay.Npm;
using Assay.Server.TrustedPublishing;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Leads to the form of the first policy.</summary>
[For(Circle.Administrators)]
internal sealed class SetupPolicyPage(Issuers issuers) : RegistryPage
{
    /// <summary>Those that are trusted, the newest first.</summary>
    public IReadOnlyList<IssuerReport> Trusted { get; private set; } = [];

    public string Package { get; private set; } = "";

    public string Binding { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string? package, string? provider, string? binding)
    {
        Trusted = [.. (await issuers.ListAsync(Stop)).Where(issuer => issuer is { Row.EnabledIssuer: not null, Definition: not null }).OrderByDescending(issuer => issuer.Row.CreatedAt)];
        Package = package?.Trim() ?? "";
        var asked = Trusted.FirstOrDefault(issuer => binding is null ? issuer.Row.ProviderId == provider : issuer.Row.Id == binding);
        Binding = asked?.Row.Id ?? (Trusted is [var newest, ..] ? newest.Row.Id : "");
        if (Package.Length == 0 || Binding.Length == 0)
        {
            return Page();
        }
        if (!PackageName.TryParse(Package, null, out var name))
        {
            IsRefused($"'{Package}' is not a package name.");
            return Page();
        }
        return LocalRedirect($"~/-/packages/{name}/trust/new{new QueryBuilder { { "binding", Binding }, { "setup", "true" } }}");
    }
}
