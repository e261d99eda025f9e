using System.IO.Enumeration;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Packages;
using Assay.Trust.Refusals;

namespace Assay.Server.Import;

/// <summary>A folder of tarballs, at any depth. What each is says its package.json; when it was published nothing says.</summary>
internal sealed class TarballFolder(SourceFolder folder, StageTarball stage, JudgeTarball judge) : IImportSource
{
    private const int Deepest = 64;

    private readonly Dictionary<string, List<SourceVersion>> packages = new(StringComparer.Ordinal);

    public string Name => folder.Root;

    public async Task<SourceNames> ListAsync(NameSelection selection, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        var unreadable = new List<Refusal>();
        var looked = 0;
        foreach (var file in Files())
        {
            progress.Report(new Progress(looked++, null, "tarballs read"));
            if (await TryReadAsync(file, cancellationToken) is { } refusal)
            {
                // Whoever named the file may have meant it for a terminal.
                unreadable.Add(refusal with { Subject = Printable.Value(refusal.Subject) });
            }
        }
        return new SourceNames(selection.From(packages.Keys)) { Unreadable = unreadable };
    }

    public Task<SourcePackage> ReadAsync(PackageName name, CancellationToken cancellationToken) => packages.TryGetValue(name.Value, out var versions)
        ? Task.FromResult(new SourcePackage(name) { Versions = [.. versions.OrderBy(version => version.Version).ThenBy(version => version.Tarball, StringComparer.Ordinal)] })
        : throw new SourceFailure("not-found", $"There is no tarball of {name} in {folder.Root}.");

    public async Task FetchAsync(SourceVersion version, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        await using var stream = new SourceBytes(folder.OpenRelative(version.Tarball));
        await read(stream, cancellationToken);
    }

    public void Dispose()
    {
    }

    /// <summary>Null when it is a package's version.</summary>
    private async Task<Refusal?> TryReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var staged = stage.New();
            await using (var stream = new SourceBytes(folder.OpenRelative(file)))
            {
                await stage.FillAsync(staged, stream, cancellationToken);
            }
            var (tarball, denial) = await judge.RunAsync(staged, PublisherDetails.None, cancellationToken);
            if (denial is not null)
            {
                return new Refusal(file, denial.Code, denial.Text);
            }
            Add(tarball!, file);
            return null;
        }
        catch (SourceFailure failure)
        {
            return new Refusal(file, failure.Code, failure.Message);
        }
    }

    // The digest is kept, so that the bytes that are imported later are those that were read now.
    private void Add(JudgedTarball tarball, string file)
    {
        var name = tarball.Manifest.Name;
        if (!packages.TryGetValue(name.Value, out var versions))
        {
            packages[name.Value] = versions = [];
        }
        versions.Add(new SourceVersion(tarball.Manifest.Version, file)
        {
            Promised = PromisedDigests.Read(tarball.Bytes.Integrity.ToString(), shasum: null)!,
        });
    }

    // Links are listed, to be refused; folders that are links are not entered.
    private IEnumerable<string> Files() => new FileSystemEnumerable<string>(
        folder.Root,
        (ref entry) => Path.GetRelativePath(folder.Root, entry.ToFullPath()),
        new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = Deepest, AttributesToSkip = 0, IgnoreInaccessible = false })
    {
        ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && entry.FileName.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase),
        ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
    }.Order(StringComparer.Ordinal);
}
