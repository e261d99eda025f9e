using Assay.Npm;

namespace Assay.Server.Packages;

/// <summary>The one way from a name that is not found here to whoever else answers for it. A name of this registry never goes it.</summary>
internal sealed class ForeignNames(OwnedNames owned, IPackageFallback fallback)
{
    /// <summary>Null when the name is this registry's, or nobody else has an answer.</summary>
    public async ValueTask<IResult?> AnswerAsync(string package, Func<IPackageFallback, PackageName, ValueTask<IResult?>> ask, CancellationToken cancellationToken) =>
        PackageName.TryParse(package, null, out var name) && !await owned.HasAsync(name, cancellationToken)
            ? await ask(fallback, name)
            : null;
}
