using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Server.TrustedPublishing;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>One trusted issuer: how it stands, its keys, and what is done with it.</summary>
[For(Circle.Administrators)]
internal sealed class IssuerShowPage(Issuers issuers, ChangeIssuer change, RemoveIssuer remove, SecondFactorGate gate) : OperatorPage
{
    public IssuerReport Issuer { get; private set; } = null!;

    public bool IsAccepted => Issuer.Definition is { } definition && Issuer.Row.DefinitionDigest == DefinitionPin.Of(definition);

    protected override IReadOnlyDictionary<string, string> Sentences { get; } = new Dictionary<string, string>
    {
        ["added"] = "Its tokens are trusted from now on, where a package's trust policy says so.",
        ["changed"] = "It is changed. Tokens for names that it may no longer publish are revoked.",
        ["disabled"] = "It is disabled: its tokens get nothing from now on, and what its runs were given is revoked.",
        ["enabled"] = "It is enabled: its tokens are trusted again.",
        ["accepted"] = "The definition as it is now is accepted. What was granted under the earlier one is revoked.",
    };

    public async Task<IActionResult> OnGetAsync(string id)
    {
        SayDone();
        return await LoadAsync(id) ?? Page();
    }

    /// <summary>Fetches discovery and keys now; it changes nothing, so nobody is asked for anything.</summary>
    public async Task<IActionResult> OnPostCheckAsync(string id)
    {
        var (found, denial) = await issuers.CheckAsync(id, Stop);
        if (await LoadAsync(id) is { } unknown)
        {
            return unknown;
        }
        if (!IsRefused(denial))
        {
            Said = found;
        }
        return Page();
    }

    public Task<IActionResult> OnPostEditAsync(string id) => ActAsync(id, "changed", stop =>
        change.EditAsync(id, IssuerFields.Changeable(this, Issuer.Definition!), Member.Actor, stop));

    public Task<IActionResult> OnPostEnableAsync(string id) => ActAsync(id, "enabled", stop => change.EnableAsync(id, Member.Actor, stop));

    public Task<IActionResult> OnPostDisableAsync(string id) => ActAsync(id, "disabled", stop => change.DisableAsync(id, Member.Actor, stop));

    public Task<IActionResult> OnPostAcceptAsync(string id) => ActAsync(id, "accepted", stop => change.AcceptAsync(id, Member.Actor, stop));

    public Task<IActionResult> OnPostRemoveAsync(string id) => ActAsync(id, "removed", stop => remove.RunAsync(id, IsTicked("force"), Member.Actor, stop), "/-/operator/issuers");

    private async Task<IActionResult> ActAsync(string id, string word, Func<CancellationToken, Task<(string? Done, Denial? Denial)>> run, string? page = null)
    {
        if (await LoadAsync(id) is { } unknown)
        {
            return unknown;
        }
        if (word == "changed" && IsRefused(Issuer.Definition is null ? Issuer.Suspended : null))
        {
            return Page();
        }
        if (IsRefused(await Ask(gate, "change which CI issuers are trusted", word, id)()) || IsRefused((await run(Stop)).Denial))
        {
            return Page();
        }
        return Done(word, page);
    }

    private async Task<IActionResult?> LoadAsync(string id)
    {
        var (issuer, denial) = await issuers.FindAsync(id, Stop);
        Issuer = issuer!;
        return denial is null ? null : Message("Not found", denial.Status, denial.Text);
    }
}
