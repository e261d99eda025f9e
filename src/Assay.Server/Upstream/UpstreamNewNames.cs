using Assay.Npm;
using Assay.Server.Packages;
using Assay.Server.Upstream.Cache;

namespace Assay.Server.Upstream;

/// <summary>
/// Keeps names that others have from becoming ours unnoticed: whoever installs them would from then on get something else. No registry can be asked whether a scope
/// exists, so a scope takes an operator's act.
/// </summary>
internal sealed class UpstreamNewNames(UpstreamRoutes routes, UpstreamDocuments documents, ProveToken token, OwnedNames owned) : INewNames
{
    public async ValueTask<NewName> AskAsync(PackageName name, CancellationToken cancellationToken)
    {
        if (await owned.IsDeclaredAsync(name, cancellationToken))
        {
            return default;
        }
        if (routes.For(name) is not { } registry)
        {
            return new NewName(null, TakesScope: name.Scope is { } free && !routes.TouchScope(free));
        }
        if (name.Scope is { } scope)
        {
            return No("scope-not-owned", $"{registry} may have the scope {scope}, and nobody said that it is this registry's. An operator says so with: ./run admin name own {scope}");
        }
        return await documents.AskAgainAsync(registry, name, cancellationToken) switch
        {
            // Whose token has expired is told the same as for a free name.
            UpstreamFinding.Missing => await token.DoubtAsync(registry, isAnew: true, cancellationToken) is { } doubt ? NobodyKnows(name, doubt) : default,
            UpstreamFinding.Found => No("name-exists-upstream", $"{name} is a package of {registry}. An operator can make the name this registry's with: ./run admin name own {name}"),
            UpstreamFinding.Failed failed => NobodyKnows(name, failed.Reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static NewName NobodyKnows(PackageName name, string reason) => new(
        new Denial(
            StatusCodes.Status503ServiceUnavailable,
            "upstream-cannot-be-asked",
            $"Whether {name} is taken elsewhere cannot be found out: {reason}. Try again, or have an operator say that it is this registry's: ./run admin name own {name}"),
        TakesScope: false);

    private static NewName No(string code, string text) => new(new Denial(StatusCodes.Status403Forbidden, code, text), TakesScope: false);
}
