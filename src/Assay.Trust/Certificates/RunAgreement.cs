using Assay.Trust.Providers;

namespace Assay.Trust.Certificates;

/// <summary>
/// Whether a certificate was made out to the very run whose claims were verified. By ids, never by names: a name that was freed belongs to
/// somebody else today.
/// </summary>
public static class RunAgreement
{
    /// <summary>The first thing in which they differ, in words, or null. What either of them does not say, differs.</summary>
    public static string? FirstDifference(SigstoreShape shape, string issuer, Func<string, string?> claims, CertifiedRun certified)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(claims);
        ArgumentNullException.ThrowIfNull(certified);
        return certified.Issuer != issuer ? "issuer"
            : !Same(claims(shape.Repository), certified.RepositoryId) ? "repository id"
            : !Same(claims(shape.Owner), certified.OwnerId) ? "owner id"
            : !Same(claims(shape.Commit), certified.Commit) ? "commit"
            : !IsOf(shape.RunEnd(claims), certified.Invocation) ? "run"
            : null;
    }

    private static bool Same(string? claimed, string? certified) => claimed is not null && claimed == certified;

    // The end alone: its beginning changes when the repository is renamed, and the repository is compared by its id.
    private static bool IsOf(string? end, string? invocation) =>
        end is not null && invocation is not null && invocation.EndsWith(end, StringComparison.Ordinal);
}
