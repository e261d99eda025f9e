using Assay.Npm;
using Assay.Server.Packages;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>What freezes mean for an exchange. Reading goes on.</summary>
internal sealed class FrozenExchanges(FrozenRuns runs, Freezes names)
{
    /// <summary>Of the run itself: the same whatever it asks for, so it may be said at once and exactly.</summary>
    public async ValueTask<Refusal?> RefuseAsync(RunClaims claims, TrustActions wanted, CancellationToken cancellationToken) =>
        wanted is TrustActions.Read ? null : (await runs.FindAsync(claims, cancellationToken))?.Refusal;

    /// <summary>Of the name: asked only once a policy has granted it. Strangers must not learn of a package by its freeze.</summary>
    public async ValueTask<Refusal?> RefuseAsync(NamePattern granted, TrustActions wanted, CancellationToken cancellationToken) =>
        wanted is not TrustActions.Read && PackageName.TryParse(granted.Text, out var name)
            ? (await names.FindAsync(name, cancellationToken))?.Refusal
            : null;
}
