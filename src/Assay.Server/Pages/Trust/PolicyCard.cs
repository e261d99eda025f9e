using Assay.Server.TrustedPublishing;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Providers;

namespace Assay.Server.Pages;

/// <summary>How a policy stands, in two words and a tone.</summary>
internal sealed record PolicyMark(string Text, string Tone);

/// <summary>The files of a job, on a page that may have several.</summary>
/// <param name="Guide">The files.</param>
/// <param name="Id">Unique on the page.</param>
internal sealed record GuideShown(PublishGuide Guide, string Id)
{
    /// <summary>The files alone.</summary>
    public bool IsBrief { get; init; }
}

/// <summary>A policy as its card shows it.</summary>
internal sealed record PolicyCard(PolicyView View, ProviderDefinition? Definition)
{
    /// <summary>Why it does not count for the package that the page is about; null when it does, and on pages of scopes.</summary>
    public string? WhyNot { get; init; }

    /// <summary>Whether it is changed here, or on the page of its scope.</summary>
    public bool IsOwn { get; init; }

    /// <summary>The page on which it is changed, below the registry.</summary>
    public required string Address { get; init; }

    /// <summary>The files of a job under it; null where there is nothing to publish or no guide.</summary>
    public PublishGuide? Guide { get; init; }

    public bool IsDeny => View.Row.Effect == "deny";

    public string Provider => Definition?.DisplayName ?? (View.Row.BindingId is null ? "Every issuer" : View.Row.ProviderId ?? "Unknown provider");

    public string Project => Definition is not null && View.Policy is { } policy ? PolicyWords.Project(Definition, policy) : "";

    public string Level => (View.Row.IsPattern, View.Row.Target) switch
    {
        (false, _) => "For this package",
        (_, "*") => "For every name",
        var (_, target) when target.EndsWith("/*", StringComparison.Ordinal) => $"For the scope {target[..^2]}",
        var (_, target) => $"For names like {target}",
    };

    public string Says => View.Policy is { } policy ? $"{Level}, runs {(IsDeny ? "may not" : "may")} {PolicyWords.Of(policy.Actions)}." : $"{Level}, it grants nothing.";

    public PolicyMark State => View.State switch
    {
        null => new("cannot be read", "bad"),
        PolicyState.Waiting => View.Asked is null ? new("waits for its time", "warn") : new("waits for a second person", "warn"),
        PolicyState.InForce when View.Asked is not null => new("its end waits for a second person", "warn"),
        PolicyState.InForce => new("active", "good"),
        PolicyState.Ending => new("its end is set", "warn"),
        PolicyState.Inert => new("inert", "bad"),
        PolicyState.Idle => new("idle", "bad"),
        _ => new("ended", ""),
    };

    /// <summary>The state in a sentence, where there is more to say than its mark.</summary>
    public string? StateText => View.State switch
    {
        null => "It no longer fits its provider's definition and grants nothing. Replace it, or end it.",
        PolicyState.Waiting when View.Asked is null => $"It widens trust, so it takes effect {Time(View.Row.EffectiveAt)}.",
        PolicyState.Ending => $"It holds until {Time(View.Row.EndsAt)}.",
        _ => null,
    };

    /// <summary>Since when it knows its project by name only; null when it knows the ids.</summary>
    public DateTimeOffset? UnpinnedSince => !IsDeny && Definition is not null && View.Policy is { } policy && !policy.IsPinned(Definition) ? View.Row.ArmedAt : null;

    /// <summary>Proved by the issuer, declared by the owner, or none.</summary>
    public PolicyMark? Gate => IsDeny ? null : View.Policy?.Gate switch
    {
        Trust.Policies.Gate.Proved => new("release gate proved", "good"),
        Trust.Policies.Gate.Declared => new("release gate declared", "warn"),
        Trust.Policies.Gate.Any when View.Policy.Actions is TrustActions.Read => null,
        Trust.Policies.Gate.Any => new("no release gate", "bad"),
        _ => null,
    };

    /// <summary>What makes the gate; its mark says the rest.</summary>
    public string GateText => View.Gate[(View.Gate.IndexOf(" - ", StringComparison.Ordinal) is var at and >= 0 ? at + " - ".Length : 0)..];

    /// <summary>What its foot can do.</summary>
    public string Changes => string.Join(", ", Verbs()[..^1]) is { Length: > 0 } first ? $"{first} or {Verbs()[^1]}" : Verbs()[^1];

    public bool CanBeReplaced => View.Policy is not null && View.Row.EndsAt is null;

    public bool CanBeRearmed => !IsDeny && View.Policy is not null && View.Row.EndsAt is null;

    /// <summary>Whether ids were learned that could be forgotten.</summary>
    public bool CanForgetIds => CanBeRearmed && Definition is not null && View.Policy!.Pins.Keys.Any(claim => Definition.Policy.Pin.Any(pin => pin.Claim == claim && !pin.AtCreation));

    public bool CanBeEnded => View.State is not PolicyState.Ended && (View.Row.EndsAt is null || !IsDeny);

    private string[] Verbs() => [.. CanBeReplaced ? ["Replace"] : Array.Empty<string>(), .. CanBeRearmed ? ["re-arm"] : Array.Empty<string>(), CanBeReplaced ? "end" : "End"];

    private static string Time(DateTimeOffset? at) => at is { } known ? PolicyNotices.Time(known) : "at an unknown time";
}
