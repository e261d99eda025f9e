using Assay.Npm;
using Assay.Server.Answers;

namespace Assay.Server.Import;

/// <summary>Where packages are taken from. What it cannot give is a <see cref="SourceFailure"/> with a reason.</summary>
internal interface IImportSource : IDisposable
{
    /// <summary>As rows and reports name it; without credentials.</summary>
    string Name { get; }

    /// <summary>The packages that are meant, in order.</summary>
    Task<SourceNames> ListAsync(NameSelection selection, IProgress<Progress> progress, CancellationToken cancellationToken);

    Task<SourcePackage> ReadAsync(PackageName name, CancellationToken cancellationToken);

    /// <summary>Hands the bytes of a version's tarball to a reader.</summary>
    Task FetchAsync(SourceVersion version, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken);
}

/// <summary>Names, how they were found out, and what was found besides that is no package.</summary>
internal sealed record SourceNames(IReadOnlyList<string> Names, string? FoundBy = null)
{
    public IReadOnlyList<Refusal> Unreadable { get; init; } = [];
}

/// <summary>A source did not give what was asked of it.</summary>
internal sealed class SourceFailure(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
