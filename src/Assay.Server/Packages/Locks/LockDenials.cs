using Assay.Npm;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>The words in which somebody is told that a lock is in their way. They may write to the package, so they may know who set it.</summary>
internal static class LockDenials
{
    public static Denial OidcOnly(PackageName name, HeldLock held, string since, bool isNew) => new(
        StatusCodes.Status403Forbidden, "oidc-only",
        $"{name} takes versions only from CI: {Whose(name, held)} is '{PublishLock.OidcOnly.Word()}'{since}. {(isNew ? New(name) : "Publish from its pipeline. " + Remedy(name, held))}");

    /// <summary>The token was enough when it was looked at, and is not any more.</summary>
    public static Denial TokensNotAllowed(PackageName name) => new(
        StatusCodes.Status403Forbidden, "tokens-not-allowed",
        $"The lock of {name} takes a second factor or CI: a token that does without is not enough. Publish from CI, or as a person with a second factor.");

    public static string Since(DateTimeOffset? at, string? by) =>
        (at is { } time ? $" since {time.UtcDateTime:yyyy-MM-dd}" : "") + (by is null ? "" : $", set by {by}");

    private static string Whose(PackageName name, HeldLock held) => held.Source switch
    {
        "package" => "its lock",
        "scope" => $"the lock of {name.Scope}",
        _ => "the lock of this registry (Assay:Packages:Lock)",
    };

    private static string New(PackageName name) => $"A name that is new begins with a trust policy, which whoever administers the scope writes: `npm trust`, for {name}.";

    private static string Remedy(PackageName name, HeldLock held) => held.Source == "scope"
        ? $"Or an owner of the organisation loosens it: PUT /-/assay/v1/locks/{name.Scope} {{\"lock\":\"2fa-or-oidc\"}}"
        : $"Or an owner loosens it, from a terminal with `npm access set mfa=publish {name}`; that takes a second factor, and effect only after a while.";
}
