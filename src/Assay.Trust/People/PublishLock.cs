namespace Assay.Trust.People;

/// <summary>What a publish has to prove at least; each is stricter than those before it.</summary>
public enum PublishLock
{
    /// <summary>An access token that may do without the second factor is enough.</summary>
    TokensAllowed,

    /// <summary>A person with a fresh second factor, or a CI run.</summary>
    SecondFactorOrOidc,

    /// <summary>A CI run under a trust policy.</summary>
    OidcOnly,
}

/// <summary>How a publish was proved; each is stronger than those before it.</summary>
public enum PublishProof
{
    Token,
    SecondFactor,
    Oidc,
}

public static class PublishLocks
{
    /// <summary>The stricter of a package's own lock and its scope's; what neither says is the registry's.</summary>
    public static PublishLock Of(PublishLock? package, PublishLock? scope, PublishLock registry) => (package, scope) switch
    {
        ({ } one, { } other) => one > other ? one : other,
        ({ } one, null) => one,
        (null, { } other) => other,
        _ => registry,
    };

    public static bool Allows(this PublishLock held, PublishProof proof) => (int)proof >= (int)held;

    /// <summary>As stored, configured and shown: <c>tokens-allowed</c>, <c>2fa-or-oidc</c>, <c>oidc-only</c>.</summary>
    public static string Word(this PublishLock held) => held switch
    {
        PublishLock.TokensAllowed => "tokens-allowed",
        PublishLock.SecondFactorOrOidc => "2fa-or-oidc",
        _ => "oidc-only",
    };

    public static PublishLock? Parse(string? word) => word switch
    {
        "tokens-allowed" => PublishLock.TokensAllowed,
        "2fa-or-oidc" => PublishLock.SecondFactorOrOidc,
        "oidc-only" => PublishLock.OidcOnly,
        _ => null,
    };
}
