namespace Assay.Server.Data.Rows;

/// <summary>One concrete issuer that an operator trusts, and the names it may publish.</summary>
internal sealed class IssuerBindingRow
{
    public required string Id { get; set; }
    public required string ProviderId { get; set; }
    public required string Issuer { get; set; }

    /// <summary>The issuer while the binding is enabled, null otherwise: its unique index keeps one enabled binding per issuer.</summary>
    public string? EnabledIssuer { get; set; }

    /// <summary>Name patterns, one a line.</summary>
    public required string Names { get; set; }

    /// <summary>Constants that differ from the definition's, one NAME=VALUE a line.</summary>
    public required string Constants { get; set; }

    /// <summary>Uploaded keys; null means discovery.</summary>
    public string? Jwks { get; set; }

    /// <summary>Private address ranges that keys may be fetched from, one CIDR a line.</summary>
    public required string AllowedAddresses { get; set; }
    public bool InsecureHttp { get; set; }

    /// <summary>The audience its tokens carry, where it is not the registry's own.</summary>
    public string? Audience { get; set; }

    /// <summary>The operator knows that these tokens are good at other places too.</summary>
    public bool AcceptsSharedAudience { get; set; }

    /// <summary>Where claims are found that the provider leaves to the operator: NAME=["member",…] a line.</summary>
    public required string Claims { get; set; }

    /// <summary>Optional claims that this issuer always sends, one a line.</summary>
    public required string RequiredClaims { get; set; }

    /// <summary>Owner ids that policies may learn, one a line; empty for any.</summary>
    public required string LearnableOwners { get; set; }

    /// <summary>SHA-256 of the operator's own definition that was accepted, empty for the one that ships; another in its place suspends the binding.</summary>
    public required string DefinitionDigest { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>Removed; kept because versions and ended policies name it, so that its name never means another issuer.</summary>
    public DateTimeOffset? RemovedAt { get; set; }
}

/// <summary>A policy as it was written. Its rules never change: an edit ends it and begins another, and only the learned ids are added later.</summary>
internal sealed class TrustPolicyRow
{
    public const string Allow = "allow";
    public const string Deny = "deny";

    public required string Id { get; set; }

    /// <summary>The names it speaks of: one package, <c>@scope/prefix*</c>, <c>@scope/*</c> or <c>*</c>.</summary>
    public required string Target { get; set; }

    /// <summary><c>@scope</c>, <c>*</c>, or empty for one unscoped package: finds the policies of a name by index.</summary>
    public required string Scope { get; set; }
    public bool IsPattern { get; set; }

    /// <summary><see cref="Allow"/> or <see cref="Deny"/>.</summary>
    public required string Effect { get; set; }

    /// <summary>Null for a deny that holds for every issuer.</summary>
    public string? BindingId { get; set; }
    public string? ProviderId { get; set; }

    /// <summary>What it grants or denies, comma-separated.</summary>
    public required string Actions { get; set; }

    /// <summary>Fields, conditions, gate, limits and pinned ids: the pure library's JSON.</summary>
    public required string Rules { get; set; }
    public string Note { get; set; } = "";
    public DateTimeOffset ArmedAt { get; set; }

    /// <summary>Later than its making while a widening cools off.</summary>
    public DateTimeOffset EffectiveAt { get; set; }

    /// <summary>From then on it counts no more; in the future while the removal of a deny cools off.</summary>
    public DateTimeOffset? EndsAt { get; set; }

    /// <summary>The policy that this one takes the place of.</summary>
    public string? Replaces { get; set; }
    public long CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>When and by whom it, or its end, was asked for while that waits for a second person; until then its time is not known.</summary>
    public DateTimeOffset? AskedAt { get; set; }
    public long? AskedBy { get; set; }

    /// <summary>Until when it shuts out wider policies although it has ended; null for as long as the cooling-off.</summary>
    public DateTimeOffset? ShutsOutUntil { get; set; }
}

internal sealed class PublishTokenRow
{
    public long Id { get; set; }
    public required byte[] Hash { get; set; }

    /// <summary>The one package, or for reading the names and patterns, one a line.</summary>
    public required string Names { get; set; }

    /// <summary>What it may do, comma-separated.</summary>
    public required string Actions { get; set; }

    /// <summary>The policies that granted it, one a line: with each of its names the one that stood for it.</summary>
    public required string Policies { get; set; }
    public required string BindingId { get; set; }
    public required string ProviderId { get; set; }
    public required string ProjectId { get; set; }
    public string RunId { get; set; } = "";
    public string Workflow { get; set; } = "";

    /// <summary>The replay record that this token is counted under.</summary>
    public required byte[] ReplayKey { get; set; }

    /// <summary>Shown as the publisher.</summary>
    public required string DisplayName { get; set; }

    /// <summary>The run and the claims used, as JSON.</summary>
    public required string RunJson { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public DateTimeOffset? UsedAt { get; set; }
    public string? PublishedVersion { get; set; }
    public byte[]? PublishedSha512 { get; set; }
}

/// <summary>Memory of an identity token that was exchanged: one row per (issuer, token, package, action class).</summary>
internal sealed class ReplayRow
{
    public long Id { get; set; }

    /// <summary>SHA-256 of the replay key; unique.</summary>
    public required byte[] Key { get; set; }
    public int Exchanges { get; set; }

    /// <summary>Hash of the publish token minted last; a repeat revokes it.</summary>
    public required byte[] CurrentToken { get; set; }

    /// <summary>The version that was published under it; from then on the class is closed.</summary>
    public string? PublishedVersion { get; set; }

    /// <summary>The identity token's expiry plus leeway and margin: kept longer than the token can be used.</summary>
    public DateTimeOffset KeepUntil { get; set; }
}

/// <summary>An exchange as owners see it afterwards.</summary>
internal sealed class ExchangeAttemptRow
{
    public long Id { get; set; }
    public DateTimeOffset At { get; set; }
    public required string PackageName { get; set; }

    /// <summary>What was asked for: <c>publish</c>, <c>dist-tag</c>, <c>read</c>…</summary>
    public required string Action { get; set; }
    public required string Issuer { get; set; }
    public string? BindingId { get; set; }

    /// <summary>Null when it was granted.</summary>
    public string? RefusalCode { get; set; }
    public required string Text { get; set; }
    public required string Recital { get; set; }

    /// <summary>A pinned identity matched: one of the package's own projects, not a stranger.</summary>
    public bool IsKnownProject { get; set; }
    public string? PolicyId { get; set; }

    /// <summary>Policy by policy, field by field, as JSON.</summary>
    public required string Comparisons { get; set; }

    /// <summary>The declared claims as they were presented, without personal data, as JSON; what a simulation or a new policy starts from.</summary>
    public required string Claims { get; set; }
    public required string Address { get; set; }
}
