namespace Assay.Cli.Verifying;

/// <summary>What the caller wants of every version, beyond that nothing is wrong.</summary>
internal sealed record Requirements(string? Source, string? Provider, bool NeedsProvenance, bool NeedsLog)
{
    /// <summary>At most one finding: what of it all is not so.</summary>
    public Finding? Check(IReadOnlyList<AttestedOrigin> origins, bool isLogged)
    {
        var provenance = origins.Where(origin => origin.SaysWhereFrom).ToList();
        var refusal = NeedsLog && !isLogged ? "it is to be in the registry's log, and is not"
            : (NeedsProvenance || Source is not null || Provider is not null) && provenance.Count == 0 ? "it is to have provenance, and has none"
            : provenance.Select(Mismatch).FirstOrDefault(mismatch => mismatch is not null);
        return refusal is not null ? Finding.Refuted(Finding.Required, refusal)
            : this == new Requirements(null, null, false, false) ? null
            : Finding.Verified(Finding.Required, "as required");
    }

    // All of them must say so: with several, one that fits would hide one that does not.
    private string? Mismatch(AttestedOrigin origin) =>
        Source is not null && SourceUrl.Normalise(origin.Source) != SourceUrl.Normalise(Source)
            ? $"its provenance names the source {origin.Source ?? "(none)"}, not {Source}"
        : Provider is not null && origin.Provider != Provider
            ? $"its provenance names the provider {origin.Provider ?? "(none that is known)"}, not {Provider}"
        : null;
}
