using Assay.Server.Identity;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Providers;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Trusts an issuer: first which provider's, then what its definition leaves open.</summary>
[For(Circle.Administrators)]
internal sealed class IssuerAddPage(ProviderCatalog catalog, AddIssuer add, SecondFactorGate gate) : OperatorPage
{
    public IEnumerable<ProviderDefinition> Providers => catalog.Definitions;

    /// <summary>Null while none is chosen.</summary>
    public ProviderDefinition? Definition { get; private set; }

    protected override IReadOnlyDictionary<string, string> Sentences { get; } = new Dictionary<string, string>();

    public void OnGet(string? provider) => Definition = catalog.Find(provider ?? "");

    public async Task<IActionResult> OnPostAsync(string? provider)
    {
        OnGet(provider);
        if (Definition is not { } definition)
        {
            return Page();
        }
        var body = IssuerFields.New(this, definition);
        if (IsRefused(add.Refuse(body)) || IsRefused(await Ask(gate, "change which CI issuers are trusted", body.ToJsonString())())
            || IsRefused((await add.RunAsync(body, Member.Actor, Stop)).Denial))
        {
            return Page();
        }
        return Done("added", $"/-/operator/issuers/{Typed("id").Trim()}");
    }
}
