using System.Text.Json;
using Assay.Npm;
using Assay.Server.Answers;

namespace Assay.Server.Import;

/// <summary>
/// The storage of a Verdaccio: a folder for each package, with its document and its tarballs. What it cached of other registries lies there
/// too; what is its own is listed in <c>.verdaccio-db.json</c>.
/// </summary>
internal sealed class VerdaccioFolder(SourceFolder folder, ImportOptions options) : IImportSource
{
    private const string Document = "package.json";
    private static readonly string[] Lists = [".verdaccio-db.json", ".sinopia-db.json"];

    public string Name => folder.Root;

    /// <summary>Whether a folder looks like one.</summary>
    public static bool IsOne(string root) =>
        Lists.Any(list => File.Exists(Path.Combine(root, list))) || Folders(root).Any(package => File.Exists(Path.Combine(root, package, Document)));

    public async Task<SourceNames> ListAsync(NameSelection selection, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        var list = selection.IsAll ? null : Lists.FirstOrDefault(name => File.Exists(Path.Combine(folder.Root, name)));
        return list is null
            ? new SourceNames(selection.From(Folders(folder.Root)), "every folder")
            : new SourceNames(selection.From(await ReadListAsync(list, cancellationToken)), list);
    }

    public async Task<SourcePackage> ReadAsync(PackageName name, CancellationToken cancellationToken)
    {
        await using var stream = new SourceBytes(folder.Open([.. name.Value.Split('/'), Document]));
        var package = SourceDocument.Read(name, await SourceBytes.ReadAllAsync(stream, options.MaximumDocumentBytes, cancellationToken));
        return package with { Versions = [.. package.Versions.Select(version => version with { Tarball = $"{name.Value}/{FileOf(version.Tarball)}" })] };
    }

    public async Task FetchAsync(SourceVersion version, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        await using var stream = new SourceBytes(folder.Open(version.Tarball.Split('/')));
        await read(stream, cancellationToken);
    }

    public void Dispose()
    {
    }

    // The document has the address under which Verdaccio serves it; the file is named like its end.
    private static string FileOf(string address) => Uri.UnescapeDataString(address.Split('?')[0].Split('/')[^1]);

    private async Task<List<string>> ReadListAsync(string list, CancellationToken cancellationToken)
    {
        await using var stream = new SourceBytes(folder.Open(list));
        try
        {
            using var document = JsonDocument.Parse(await SourceBytes.ReadAllAsync(stream, options.MaximumDocumentBytes, cancellationToken));
            return [.. document.RootElement.GetProperty("list").EnumerateArray().Select(name => name.GetString()).OfType<string>()];
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new SourceFailure("bad-document", $"{list} has no list of names. With --all, every folder is imported, what was cached of other registries too.");
        }
    }

    private static IEnumerable<string> Folders(string root)
    {
        foreach (var path in Directory.EnumerateDirectories(root).Where(path => !SourceFolder.IsLink(path)))
        {
            var name = Path.GetFileName(path);
            var found = name.StartsWith('@')
                ? Directory.EnumerateDirectories(path).Select(inner => $"{name}/{Path.GetFileName(inner)}")
                : name.StartsWith('.') ? [] : [name];
            foreach (var package in found)
            {
                yield return package;
            }
        }
    }
}
