using System.Text.Json.Nodes;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;

namespace Assay.Server.TrustedPublishing;

/// <summary>Policies in answers. What was written stands under <c>policy</c>, in the form in which it can be sent again.</summary>
internal static class PolicyAnswers
{
    public static JsonObject Of(PolicyView view) => new()
    {
        ["id"] = view.Row.Id,
        ["state"] = StateOf(view),
        ["policy"] = view.Policy is null ? null : PolicyDocument.Write(view.Policy, view.Row.Note),
        ["target"] = view.Row.Target,
        ["effect"] = view.Row.Effect,
        ["gate"] = view.Gate.Length == 0 ? null : view.Gate,
        ["life"] = Life(view),
        ["secondPerson"] = view.Asked is { } asked ? Of(asked, WaitingChanges.IsLifted(view.Row) ? "its end" : "its beginning") : null,
        ["createdBy"] = view.Creator.Length == 0 ? null : view.Creator,
        ["createdAt"] = PolicyNotices.Time(view.Row.CreatedAt),
        ["replaces"] = view.Row.Replaces,
        ["hygiene"] = Findings(view),
    };

    public static JsonObject Of(PackagePolicies policies) => new()
    {
        ["package"] = policies.Package.Value,
        ["inherits"] = policies.Inherits,
        ["inheritsFrom"] = Time(policies.InheritsFrom),
        ["inheritanceWaits"] = policies.InheritanceAsked is { } asked ? Of(asked) : null,
        ["own"] = new JsonArray([.. policies.Own.Select(Of)]),
        ["wider"] = new JsonArray([.. policies.Wider.Select(Of)]),
    };

    /// <summary>What waits for a second person: who asked, when, and until when somebody can agree.</summary>
    public static JsonObject Of((string? By, DateTimeOffset At, DateTimeOffset Until) asked, string? what = null)
    {
        var json = what is null ? [] : new JsonObject { ["for"] = what };
        json["askedBy"] = asked.By;
        json["askedAt"] = PolicyNotices.Time(asked.At);
        json["until"] = PolicyNotices.Time(asked.Until);
        return json;
    }

    /// <summary>With whether it counts for the package, and why not.</summary>
    private static JsonObject Of(CoveringPolicy policy)
    {
        var json = Of(policy.View);
        json["counts"] = policy.WhyNot is null;
        json["why"] = policy.WhyNot;
        return json;
    }

    public static JsonObject Life(PolicyView view) => new()
    {
        ["armedAt"] = PolicyNotices.Time(view.Row.ArmedAt),
        // Stored as of a moment before it was written when it holds at once.
        ["effectiveAt"] = view.Row.EffectiveAt == PolicyLife.Unknown ? null : PolicyNotices.Time(view.Row.EffectiveAt > view.Row.CreatedAt ? view.Row.EffectiveAt : view.Row.CreatedAt),
        ["endsAt"] = Time(view.Row.EndsAt),
        ["lastUsedAt"] = Time(view.Row.LastUsedAt),
        ["expiresAt"] = Time(view.ExpiresAt),
    };

    public static JsonArray Findings(PolicyView view) =>
        new([.. view.Findings.Select(finding => new JsonObject { ["code"] = finding.Code, ["text"] = finding.Text })]);

    /// <summary>As a line for an operator's terminal.</summary>
    public static string Line(PolicyView view) =>
        $"{view.Row.Id}  {view.Row.Effect} {view.Row.Actions} on {view.Row.Target}  {(view.Row.BindingId ?? "every issuer")}  {StateOf(view)}"
        + (view.Row.LastUsedAt is { } used ? $"  last used {PolicyNotices.Time(used)}" : "");

    public static string StateOf(PolicyView view) => view.State switch
    {
        null => "unreadable",
        PolicyState.InForce => "in-force",
        { } state => state.ToString().ToLowerInvariant(),
    };

    /// <summary>Why it does not count for the package; null when it does.</summary>
    public static string? WhyNot(PolicyView view, PolicyStanding? standing, bool isIssuerTrusted) => standing switch
    {
        null => "It no longer fits its provider's definition. Replace it.",
        { IsShutOut: true } => "The package has, or had until lately, policies of its own, and its owners do not let it inherit.",
        { State: PolicyState.Waiting } when view.Row.AskedAt is not null => "It waits for a second person to agree.",
        { State: PolicyState.Waiting } => $"It widens trust and takes effect {PolicyNotices.Time(view.Row.EffectiveAt)}.",
        { State: PolicyState.Inert } => "It did not learn its ids in time. Re-arm it.",
        { State: PolicyState.Idle } => "It was not used for too long. Re-arm it.",
        _ => isIssuerTrusted ? null : "Its issuer binding is switched off, or may not publish this name.",
    };

    private static JsonNode? Time(DateTimeOffset? time) => time is { } known && known != PolicyLife.Unknown ? PolicyNotices.Time(known) : null;
}
