using System.Net;
using Assay.Npm;
using Assay.Server.Data;

namespace Assay.Server.Identity;

/// <summary>Knows one kind of token. Higher rooms add kinds of their own.</summary>
internal interface ICredentialSource
{
    Task<Credential?> FindAsync(TokenHash hash, CancellationToken cancellationToken);

    /// <summary>Told that the credential was used, at most once in a while; must not wait.</summary>
    void Touch(Credential credential);

    /// <summary>Somebody found it where it does not belong: ends it, and records that. False when there is none that was still good.</summary>
    Task<bool> EndLeakedAsync(Commit commit, TokenHash hash, Leak leak, CancellationToken cancellationToken);
}

/// <summary>A stored credential. The limits are checked at each use, the rest is remembered until it changes.</summary>
internal sealed record Credential(
    ICredentialSource Source,
    TokenHash Hash,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? RevokedAt,
    IReadOnlyList<IPNetwork> AllowedAddresses,
    Func<string, Caller> CallerAt)
{
    /// <summary>What its holder is told once it was revoked, and the code of that.</summary>
    public string WhenRevoked { get; init; } =
        "The access token is unknown or was revoked. Sign in with `npm login`, or in CI use trusted publishing, which needs no token.";

    public string WhenExpired { get; init; } = "The access token has expired. Sign in again with `npm login`.";

    public string RejectionCode { get; init; } = "credential-rejected";

    /// <summary>When it was last used, as far as that is kept; or when it was made.</summary>
    public DateTimeOffset LastUsedAt { get; init; }

    /// <summary>How long it may lie unused; null for ever.</summary>
    public TimeSpan? IdleLimit { get; init; }

    public string WhenIdle =>
        $"The access token was not used for {IdleLimit?.TotalDays:0} days, and is of no use any more. Sign in again with `npm login`, or make another with `npm token create`.";

    public bool IsIdle(DateTimeOffset now) => now - LastUsedAt >= IdleLimit;

    /// <summary>The change key that makes remembered copies stale.</summary>
    public static string ChangeKey(TokenHash hash) => Prefix + Convert.ToHexStringLower(hash.ToArray());

    public static bool TryReadChangeKey(string key, out TokenHash hash)
    {
        hash = default;
        if (!key.StartsWith(Prefix, StringComparison.Ordinal) || key.Length != Prefix.Length + 64)
        {
            return false;
        }
        hash = TokenHash.FromBytes(Convert.FromHexString(key.AsSpan(Prefix.Length)));
        return true;
    }

    /// <summary>Everything remembered about credentials is stale: a person changed.</summary>
    public const string AllChanged = Prefix + "*";

    public const string Prefix = "token:";
}
