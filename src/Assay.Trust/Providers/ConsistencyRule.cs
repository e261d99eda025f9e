namespace Assay.Trust.Providers;

/// <summary>Claims that must agree. The rules are a closed set in code.</summary>
public sealed record ConsistencyRule
{
    public const string Equal = "equal";
    public const string AllPresentOrAbsent = "all-present-or-absent";
    public const string AnyPresent = "any-present";
    public const string BeginsWith = "begins-with";
    public const string IssuerSegmentEquals = "issuer-segment-equals";
    public const string GitHubImmutableSubject = "github.immutable-subject";

    public required string Rule { get; init; }

    public required IReadOnlyList<string> Claims { get; init; }

    /// <summary>For <see cref="IssuerSegmentEquals"/>: the placeholder of the issuer template.</summary>
    public string? Segment { get; init; }

    /// <summary>For <see cref="BeginsWith"/>: a <see cref="BindingText"/>, such as <c>spiffe://{const.trust_domain}/</c>.</summary>
    public string? Prefix { get; init; }
}
