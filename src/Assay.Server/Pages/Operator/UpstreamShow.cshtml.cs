using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.TrustedPublishing;
using Assay.Server.Upstream;
using Assay.Trust.Guards;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Registries behind this one: what is kept of them, what is kept back, and what incidents hold here.</summary>
[For(Circle.Administrators)]
internal sealed class UpstreamShowPage(ReadUpstream upstream, RuleUpstream rule, ReadQuarantined quarantined, SecondFactorGate gate) : OperatorPage
{
    public IReadOnlyList<UpstreamState> Registries { get; private set; } = [];

    public IReadOnlyList<UpstreamRulingRow> Rulings { get; private set; } = [];

    public IReadOnlyList<UpstreamRefusalRow> Refusals { get; private set; } = [];

    public IReadOnlyList<KeptPackage> Kept { get; private set; } = [];

    public string? Next { get; private set; }

    public string? Wanted { get; private set; }

    /// <summary>What a link offers for a ruling: a package, or a version of it.</summary>
    public string? Offered { get; private set; }

    public Excerpt<HeldVersion> Held { get; private set; } = null!;

    protected override IReadOnlyDictionary<string, string> Sentences { get; } = new Dictionary<string, string>
    {
        ["quarantine"] = "It is blocked from now on, for everybody.",
        ["release"] = "It is allowed from now on, whatever the guards say.",
        ["lifted"] = "That is taken back. The guards decide again.",
    };

    public async Task OnGetAsync(string? find, string? after, string? what)
    {
        SayDone();
        Offered = what;
        await LoadAsync(find, after);
    }

    public async Task<IActionResult> OnPostRuleAsync(string? kind)
    {
        await LoadAsync(null, null);
        var wanted = WantedRuling.Read(kind == UpstreamRulingRow.Release ? RulingKind.Release : RulingKind.Quarantine, Typed("what").Trim(), Typed("reason").Trim());
        if (IsRefused(wanted is null ? "What, and why? Give a package or one exact version of it, like lodash or lodash@4.17.20, and a reason. Ranges belong in Assay:Upstream:Guards:Block." : null))
        {
            return Page();
        }
        var words = $"{(wanted!.Kind is RulingKind.Release ? "let through" : "keep back")} {Typed("what").Trim()}";
        if (IsRefused(await Ask(gate, words, wanted.Reason)()))
        {
            return Page();
        }
        await rule.AddAsync(wanted, Member.Actor, Stop);
        return Done(wanted.Kind is RulingKind.Release ? "release" : "quarantine");
    }

    public async Task<IActionResult> OnPostLiftAsync(long? id)
    {
        await LoadAsync(null, null);
        if (IsRefused(Rulings.Any(row => row.Id == id) ? null : "Choose one of those that are in force.") || IsRefused(await Ask(gate, $"take back ruling {id}")()))
        {
            return Page();
        }
        return IsRefused(await rule.LiftAsync(id!.Value, Member.Actor, Stop) is null ? $"Ruling {id} was taken back already." : null) ? Page() : Done("lifted");
    }

    private async Task LoadAsync(string? find, string? after)
    {
        Wanted = find?.Trim() is { Length: > 0 } text ? text : null;
        Registries = await upstream.RegistriesAsync(Stop);
        Rulings = await upstream.RulingsAsync(Stop);
        Refusals = await upstream.RefusalsAsync(Stop);
        (Kept, Next) = await upstream.KeptAsync(Wanted, after, Stop);
        Held = await quarantined.RunAsync(Stop);
    }
}
