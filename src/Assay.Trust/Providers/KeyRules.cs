namespace Assay.Trust.Providers;

/// <summary>Which keys of an issuer sign identity tokens, and where they may lie.</summary>
public sealed record KeyRules
{
    /// <summary>The <c>use</c> of signing keys; SPIFFE bundles mark theirs <c>jwt-svid</c>.</summary>
    public string Use { get => field ?? "sig"; init; }

    /// <summary>Hosts beside the issuer's own from which its discovery document may have keys fetched.</summary>
    public IReadOnlyList<string> Hosts { get => field ?? []; init; }
}
