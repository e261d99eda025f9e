using Assay.Npm;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>Answers for names that are not this registry's. Each answer is null when nobody does, or when this caller may not ask.</summary>
internal interface IPackageFallback
{
    /// <summary>Whether anybody would be asked about such a name.</summary>
    bool AnswersFor(PackageName name);

    ValueTask<IResult?> DocumentAsync(PackageName name, bool isAbbreviated, Caller caller, CancellationToken cancellationToken);

    ValueTask<IResult?> ManifestAsync(PackageName name, string versionOrTag, Caller caller, CancellationToken cancellationToken);

    ValueTask<IResult?> TarballAsync(PackageName name, string file, Caller caller, CancellationToken cancellationToken);

    ValueTask<IResult?> AttestationsAsync(PackageName name, string version, Caller caller, CancellationToken cancellationToken);
}

/// <summary>Whether a name that nobody has here may become this registry's.</summary>
internal interface INewNames
{
    ValueTask<NewName> AskAsync(PackageName name, CancellationToken cancellationToken);
}

/// <summary>Null when it may. Its scope becomes this registry's with it when nobody else answers for the scope.</summary>
internal readonly record struct NewName(Denial? Denial, bool TakesScope);
