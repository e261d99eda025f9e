using Assay.Npm;

namespace Assay.Cli.Verifying;

/// <summary>What the caller wants of every version, beyond that nothing is wrong.</summary>
/// <param name="Source">The repository that all provenance names.</param>
/// <param name="Provider">The CI that all provenance names.</param>
/// <param name="NeedsProvenance">Whether there must be some.</param>
/// <param name="NeedsLog">Whether the registry must show a log.</param>
/// <param name="Ours">Names whose versions must be signed and logged by the registry itself.</param>
internal sealed record Requirements(string? Source, string? Provider, bool NeedsProvenance, bool NeedsLog, OwnNames Ours)
{
    /// <summary>At most one finding: what of it all is not so.</summary>
    public Finding? Check(PackageName name, IReadOnlyList<AttestedOrigin> origins, bool hasLog, bool isLogged, string? passedOnFrom)
    {
        var provenance = origins.Where(origin => origin.SaysWhereFrom).ToList();
        var isOurs = Ours.Has(name);
        var refusal = NeedsLog && !hasLog ? "it is to be in the registry's log, and there is none"
            : isOurs && passedOnFrom is not null ? $"it is to be this registry's own, and is passed on from {passedOnFrom}"
            : isOurs && !isLogged ? "it is to be this registry's own, and is not in its log"
            : (NeedsProvenance || Source is not null || Provider is not null) && provenance.Count == 0 ? "it is to have provenance, and has none"
            : provenance.Select(Mismatch).FirstOrDefault(mismatch => mismatch is not null);
        return refusal is not null ? Finding.Refuted(Finding.Required, refusal)
            : !isOurs && !NeedsLog && !NeedsProvenance && Source is null && Provider is null ? null
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
