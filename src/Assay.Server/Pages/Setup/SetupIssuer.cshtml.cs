using System.Text.Json.Nodes;
using Assay.Server.Identity;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Providers;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>The first CI issuer.</summary>
[For(Circle.Administrators)]
internal sealed class SetupIssuerPage(Issuers issuers, AddIssuer add, ProviderCatalog catalog, SecondFactorGate gate) : RegistryPage
{
    public IReadOnlyList<IssuerReport> Trusted { get; private set; } = [];

    public IEnumerable<ProviderDefinition> Providers => catalog.Definitions.OrderBy(definition => definition.DisplayName, StringComparer.OrdinalIgnoreCase);

    public string Provider { get; private set; } = "github";

    public string Names { get; private set; } = "";

    public string Issuer { get; private set; } = "";

    public Task<IActionResult> OnGetAsync() => ShowAsync();

    public async Task<IActionResult> OnPostAsync()
    {
        (Provider, Names, Issuer) = (Sent("provider"), Sent("names"), Sent("issuer").Trim());
        var names = Names.Split([' ', ',', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
        // It could publish nothing, and the next step would not say why.
        if (IsRefused(names.Length == 0 ? "Say which names its runs may publish: a scope like @acme/*, or single names." : null))
        {
            return await ShowAsync();
        }
        var body = new JsonObject
        {
            ["id"] = await FreeIdAsync(),
            ["provider"] = Provider,
            ["names"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]),
        };
        if (Issuer.Length > 0)
        {
            body["issuer"] = Issuer;
        }
        return IsRefused(await gate.RefuseAsync(HttpContext, Member, SensitiveAct.Of("change which CI issuers are trusted", body), Stop))
            || IsRefused((await add.RunAsync(body, Member.Actor, Stop)).Denial)
            ? await ShowAsync()
            : LocalRedirect($"~/-/setup/policy?provider={Uri.EscapeDataString(Provider)}");
    }

    /// <summary>Named like its system; a second one of it has a number.</summary>
    private async Task<string> FreeIdAsync()
    {
        var taken = (await issuers.ListAsync(Stop)).Select(issuer => issuer.Row.Id).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, taken.Count + 1).Select(number => number == 1 ? Provider : $"{Provider}-{number}").First(id => !taken.Contains(id));
    }

    private async Task<IActionResult> ShowAsync()
    {
        Trusted = await issuers.ListAsync(Stop);
        return Page();
    }
}
