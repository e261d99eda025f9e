using Assay.Server.Packages;
using Assay.Trust.People;

namespace Assay.Server.Pages;

/// <summary>Locks and demands in words.</summary>
internal static class PublishingWords
{
    public static IReadOnlyList<PublishLock> Locks { get; } = [PublishLock.OidcOnly, PublishLock.SecondFactorOrOidc, PublishLock.TokensAllowed];

    public static string Of(PublishLock held) => held switch
    {
        PublishLock.OidcOnly => "Versions come from CI runs under a trust policy, and from nobody else. A stolen password or token publishes nothing.",
        PublishLock.SecondFactorOrOidc => "Versions come from CI runs, and from people who confirm with their second factor.",
        _ => "Versions also come from tokens that were made to do without the second factor. Whoever has such a token publishes.",
    };

    public static string Source(HeldLock held, string? scope) => held.Source switch
    {
        "package" => "Set on this package.",
        "scope" => scope is null ? "Set on this scope." : $"Set on its scope, {scope}.",
        _ => "Not set here: the registry's default applies.",
    };

    public static string Of(DemandKind kind) => kind is DemandKind.PhishingResistant
        ? "Every sensitive act takes a passkey. Codes do not count."
        : "What widens trust waits until a second person agrees.";

    /// <summary>Completes "Require …".</summary>
    public static string Noun(DemandKind kind) => kind is DemandKind.PhishingResistant ? "a passkey" : "a second owner";

    public static string Title(DemandKind kind) => kind is DemandKind.PhishingResistant ? "A passkey" : "A second owner";

    public static WantedLock? DemandOf(string? word, bool on) =>
        word == DemandKind.PhishingResistant.Word() ? new WantedLock(null, PhishingResistant: on)
        : word == DemandKind.SecondOwner.Word() ? new WantedLock(null, SecondOwner: on)
        : null;

    public static string Of(ReadCircle readers) => readers switch
    {
        ReadCircle.Public => "everybody, also without signing in",
        ReadCircle.Members => "everybody who is signed in",
        _ => "those who have a role in it",
    };

    /// <summary>What a page says that was come back to.</summary>
    public static string? Said(string? done) => done switch
    {
        "lock" or "demand" => "It is set. What is stricter holds at once; what is looser waits, as shown below.",
        "staging" => "How it is staged is changed. More is asked at once; less waits, as shown below.",
        "readers" => "Who reads it is changed.",
        "owners" => "Its owners are changed.",
        "tags" => "Its tags are changed.",
        "approved" => "Approved and published.",
        "kept" => "Your approval is kept. Nothing is published yet: others have to approve too.",
        "rejected" => "Rejected. Its version is free again.",
        _ => null,
    };
}
