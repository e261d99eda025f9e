using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Assay.Trust.Providers;

/// <summary>
/// Which claims stand where in the certificate that a Sigstore authority makes out for a run. Without it a bundle cannot be held against the
/// run that brings it, and is refused.
/// </summary>
public sealed partial record SigstoreShape
{
    /// <summary>The claim that becomes the identifier of the source repository.</summary>
    public required string Repository { get; init; }

    /// <summary>The claim that becomes the identifier of its owner.</summary>
    public required string Owner { get; init; }

    /// <summary>The claim that becomes the digest of the source.</summary>
    public required string Commit { get; init; }

    /// <summary>How the address of a run ends, in whole segments: <c>/actions/runs/{claim.run_id}</c>.</summary>
    public required string Invocation { get; init; }

    /// <summary>What the certificate calls a machine of the provider's own.</summary>
    public required string HostedRunner { get; init; }

    [JsonIgnore]
    internal IEnumerable<string> Claims => [Repository, Owner, Commit, .. RunClaims()];

    /// <summary>Null when a claim is absent.</summary>
    internal string? RunEnd(Func<string, string?> claims) => LinkTemplate.Render(Invocation, reference => claims(reference.Name));

    internal static IEnumerable<string> Problems(ProviderDefinition definition)
    {
        if (definition.Sigstore is not { } shape)
        {
            yield break;
        }
        // Half a segment would let run 12 pass for run 2.
        if (!WholeSegments().IsMatch(shape.Invocation) || !shape.RunClaims().Any())
        {
            yield return "sigstore.invocation: whole segments, each text or {claim.x}, and one claim at least.";
        }
        foreach (var claim in new[] { shape.Repository, shape.Owner }.Where(claim => !IsKept(definition, claim, id: true)))
        {
            yield return $"sigstore: '{claim}' must be a required claim with an id that is never reused (class S).";
        }
        foreach (var claim in shape.Claims.Where(claim => !IsKept(definition, claim, id: false)))
        {
            yield return $"sigstore: '{claim}' must be a required claim, neither personal nor chosen by outsiders (class T).";
        }
    }

    private IEnumerable<string> RunClaims() => LinkTemplate.Placeholders(Invocation).Select(part => part[(part.IndexOf('.', StringComparison.Ordinal) + 1)..]);

    private static bool IsKept(ProviderDefinition definition, string claim, bool id) =>
        definition.Claims.GetValueOrDefault(claim) is { Presence: ClaimPresence.Required, Class: not ClaimClass.Trap, Personal: false } found
        && (!id || found.Class is ClaimClass.Stable);

    [GeneratedRegex(@"^(/([A-Za-z0-9._-]+|\{claim\.[a-z][a-z0-9_]*\}))+\z")]
    private static partial Regex WholeSegments();
}
