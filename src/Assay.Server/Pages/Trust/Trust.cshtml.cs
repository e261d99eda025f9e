using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Which runs are trusted with a package, or with what is in a scope; here policies end, are armed again and agreed to.</summary>
[For(Circle.Members)]
internal sealed class TrustPage(
    ReadPackageHead heads, PolicyListing listing, EndPolicy end, RearmPolicy rearm, AgreeToChange agree, SetInheritance inheritance, PolicyGate gate, SecondFactorGate factor,
    ProviderCatalog catalog, PublishGuides guides) : TrustSubjectPage(heads, TrustTab.Policies)
{
    public IReadOnlyList<PolicyCard> Own { get; private set; } = [];

    public IReadOnlyList<PolicyCard> Wider { get; private set; } = [];

    /// <summary>What is said of the package beside its policies; null on a scope's page.</summary>
    public PackagePolicies? OfPackage { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? done)
    {
        Said = done switch
        {
            "created" => "The policy is written. Its card says from when it holds, and has the files for the job.",
            "replaced" => "The policy is written in place of the one before.",
            "ended" => "The policy ends. What it granted is revoked.",
            "rearmed" => "The policy is armed again.",
            "agreed" => "You agreed.",
            "withdrawn" => "What waited is withdrawn.",
            "inheritance" => "What counts for this package is changed.",
            _ => null,
        };
        return await ShownAsync();
    }

    public Task<IActionResult> OnPostEndAsync(string id) => ChangeAsync("ended", async () =>
        await gate.RefuseAsync(HttpContext, Member, id, SensitiveAct.Of($"end the trust policy {id}"), Stop)
        ?? (await end.RunAsync(id, PolicyWriter.Of(Member), Stop)).Denial?.ToAnswer());

    public Task<IActionResult> OnPostRearmAsync(string id, bool forgetIds) => ChangeAsync("rearmed", async () =>
        await gate.RefuseAsync(HttpContext, Member, id, SensitiveAct.Of($"re-arm the trust policy {id}", $"forget ids: {forgetIds}"), Stop)
        ?? (await rearm.RunAsync(id, forgetIds, PolicyWriter.Of(Member), Stop)).Denial?.ToAnswer());

    public Task<IActionResult> OnPostAgreeAsync(string id) => ChangeAsync("agreed", () => agree.ToPolicyAsync(id, Member, Agreeing(id), Stop));

    public Task<IActionResult> OnPostWithdrawAsync(string id) => ChangeAsync("withdrawn", () => agree.WithdrawAsync(
        id, Member, (words, target, stop) => factor.RefuseAsync(HttpContext, Member, SensitiveAct.Of(words, "withdraw", id).On(target), stop), Stop));

    public Task<IActionResult> OnPostInheritAsync(bool inherits) => ChangeAsync("inheritance", async () =>
    {
        if (Subject.Package is not { } package)
        {
            return PackageRules.Unknown(Subject.Name).ToAnswer();
        }
        var act = SensitiveAct.Of($"say whether wider trust policies count for {package}", $"inherits: {inherits}");
        return await gate.RefuseAsync(HttpContext, Member, PolicyRows.Exactly(package), PolicyEffect.Allow, act, Stop)
            ?? (await inheritance.RunAsync(package, inherits, PolicyWriter.Of(Member), Stop)).Denial?.ToAnswer();
    });

    public Task<IActionResult> OnPostAgreeToInheritanceAsync() => ChangeAsync("agreed", async () =>
        Subject.Package is { } package ? await agree.ToInheritanceAsync(package, Member, Agreeing(package.Value), Stop) : PackageRules.Unknown(Subject.Name).ToAnswer());

    private async Task<IActionResult> ChangeAsync(string done, Func<Task<JsonAnswer?>> change)
    {
        if (!await FindSubjectAsync())
        {
            return UnknownSubject();
        }
        return IsRefused(await change()) ? await ShownAsync() : ToList(done);
    }

    private AskToAgree Agreeing(string id) => (words, target, stop) => factor.RequireAsync(HttpContext, Member, SensitiveAct.Of(words, "agree", id).On(target), stop);

    private async Task<IActionResult> ShownAsync()
    {
        if (!await FindSubjectAsync())
        {
            return UnknownSubject();
        }
        var denial = await LoadAsync();
        return denial is null ? Page() : Refused(denial);
    }

    private async Task<Denial?> LoadAsync()
    {
        if (Subject.Package is not { } package)
        {
            var (policies, refused) = await listing.OfScopeAsync(Subject.Scope, Member, Stop);
            Own = await CardsAsync(policies.Select(view => (view, (string?)null)), isOwn: true);
            return refused;
        }
        (OfPackage, var denial) = await listing.OfPackageAsync(package, PolicyWriter.Of(Member), Stop);
        Own = await CardsAsync((OfPackage?.Own ?? []).Select(policy => (policy.View, policy.WhyNot)), isOwn: true);
        Wider = await CardsAsync((OfPackage?.Wider ?? []).Select(policy => (policy.View, policy.WhyNot)), isOwn: false);
        return denial;
    }

    private async Task<IReadOnlyList<PolicyCard>> CardsAsync(IEnumerable<(PolicyView View, string? WhyNot)> policies, bool isOwn)
    {
        List<PolicyCard> cards = [];
        foreach (var (view, whyNot) in policies)
        {
            cards.Add(new PolicyCard(view, view.Row.ProviderId is { } id ? catalog.Find(id) : null)
            {
                WhyNot = whyNot,
                IsOwn = isOwn,
                Address = isOwn || view.Row.Scope.Length < 2 ? Subject.TrustAddress : $"-/scopes/{view.Row.Scope}/trust",
                Guide = isOwn && view.Policy is { } policy ? await guides.ForAsync(policy, Stop) : null,
            });
        }
        return cards;
    }
}
