using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Who a person is elsewhere: at the OpenID provider that signs them in, and at the CI systems whose runs they start.</summary>
[For(Circle.Members)]
internal sealed class IdentitiesPage(
    ReadOwnAccount read, CiIdentities atCi, FinishSignIn finish, ProveOwner prove, SingleSignOnDeparture departure, SecondFactorGate gate, ProviderLink provider) : RegistryPage
{
    private const string Home = "~/-/account/identities";

    public IReadOnlyList<LinkedIdentityRow> Linked { get; private set; } = [];

    public IReadOnlyList<CiIdentityRow> AtCi { get; private set; } = [];

    public IReadOnlyList<string> Issuers { get; private set; } = [];

    public string? Provider => provider.Name;

    /// <summary>The provider's own page, once the owner has proved themselves. A link: the answer to a form may not lead to another host.</summary>
    public string? Departure { get; private set; }

    public string Issuer { get; private set; } = "";

    public string Actor { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string? done)
    {
        Said = done is null ? null : "Done.";
        return await ShowAsync();
    }

    public async Task<IActionResult> OnPostLinkAsync()
    {
        if (IsRefused(await ProveAsync()))
        {
            return await ShowAsync();
        }
        var (begun, refused) = await departure.BeginAsync(HttpContext, Continuation.Link(Member.PersonId), Stop);
        Departure = begun?.Url;
        return refused ?? Page();
    }

    public async Task<IActionResult> OnPostUnlinkAsync()
    {
        var problem = await ProveAsync() ?? (await finish.UnlinkAsync(OwnAccount.Of(Member), long.TryParse(Sent("id"), out var id) ? id : 0, Stop)).Problem;
        return IsRefused(problem) ? await ShowAsync() : LocalRedirect($"{Home}?done=unlinked");
    }

    public async Task<IActionResult> OnPostSetCiAsync()
    {
        (Issuer, Actor) = (Sent("issuer").Trim(), Sent("actor").Trim());
        return IsRefused(Actor.Length is 0 or > CiIdentities.LongestId ? $"An id has 1 to {CiIdentities.LongestId} characters." : null) ? await ShowAsync() : await SetCiAsync(Issuer, Actor);
    }

    public Task<IActionResult> OnPostRemoveCiAsync() => SetCiAsync(Sent("issuer"), null);

    private async Task<IActionResult> SetCiAsync(string issuer, string? actor)
    {
        var act = SensitiveAct.Of($"change who {Member.PersonName} is at {issuer}", new JsonObject { ["issuer"] = issuer, ["id"] = actor });
        return IsRefused(await atCi.SetAsync(Member, Member.PersonName, issuer, actor, gate.Asking(HttpContext, Member, act), Stop))
            ? await ShowAsync()
            : LocalRedirect($"{Home}?done=stated");
    }

    private Task<string?> ProveAsync() => prove.RunAsync(Visitor, Sent("password"), GivenFactor, Stop);

    private async Task<IActionResult> ShowAsync()
    {
        Linked = await read.IdentitiesAsync(Member.PersonId, Stop);
        AtCi = await atCi.ListAsync(Member.PersonName, Stop);
        Issuers = await atCi.IssuersAsync(Stop);
        return Page();
    }
}
