using Assay.Trust.Refusals;

namespace Assay.Trust.Tokens;

/// <summary>One thing that is asked of an identity token, beside what it holds.</summary>
public sealed record TokenCheck
{
    public const string Shape = "shape";
    public const string Issuer = "issuer";
    public const string Key = "key";
    public const string Signature = "signature";
    public const string Audience = "audience";
    public const string Times = "times";
    public const string Restore = "restore";

    /// <summary>One of the names above.</summary>
    public required string Name { get; init; }

    public required string Expected { get; init; }

    public required string Presented { get; init; }

    /// <summary>Null when it is as it should be.</summary>
    public Refusal? Refusal { get; init; }

    public bool IsMet => Refusal is null;
}
