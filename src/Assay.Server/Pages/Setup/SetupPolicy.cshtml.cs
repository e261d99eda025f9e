using Assay.Npm;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Providers;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Leads to the form of the first policy.</summary>
[For(Circle.Administrators)]
internal sealed class SetupPolicyPage(Issuers issuers) : RegistryPage
{
    /// <summary>The systems whose issuers are trusted.</summary>
    public IReadOnlyList<ProviderDefinition> Trusted { get; private set; } = [];

    public string Package { get; private set; } = "";

    public string Provider { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string? package, string? provider)
    {
        Trusted = [.. (await issuers.ListAsync(Stop)).Select(issuer => issuer.Definition).OfType<ProviderDefinition>().Distinct()];
        (Package, Provider) = (package?.Trim() ?? "", provider ?? "");
        if (Package.Length == 0)
        {
            return Page();
        }
        if (!PackageName.TryParse(Package, null, out var name))
        {
            IsRefused($"'{Package}' is not a package name.");
            return Page();
        }
        return LocalRedirect($"~/-/packages/{name}/trust/new{(Provider.Length == 0 ? "" : $"?provider={Uri.EscapeDataString(Provider)}")}");
    }
}
