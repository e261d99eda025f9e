using Assay.Server.Data;
using Assay.Server.Signing;
using Assay.Server.Signing.Tokens;
using Assay.Server.TrustedPublishing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Operations;

/// <summary>The files besides database and blobs that a registry cannot do without: private keys, settings, the operator's own providers.</summary>
internal sealed class BackupSources(DataDirectory data, KeyFiles keys, IOptions<TrustedPublishingOptions> trustedPublishing)
{
    /// <summary>Each with its name in the backup, and what is left out.</summary>
    public async Task<(IReadOnlyList<(string Name, string Path)> Files, IReadOnlyList<string> LeftOut)> FindAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        List<(string Name, string Path)> files = [(ArchiveName.Settings, Path.Combine(data.Path, ArchiveName.Settings))];
        var handles = await db.SigningKeys.OrderBy(row => row.Id).Select(row => row.Handle).ToListAsync(cancellationToken);
        files.AddRange(handles.Where(handle => !TokenKeys.Has(handle)).Select(handle => (ArchiveName.Keys + handle, keys.PlaceOf(handle))));
        files.AddRange(Providers());
        List<string> leftOut = [.. handles.Where(TokenKeys.Has).Select(handle => $"{handle}: a key on a token, which it cannot leave")];
        leftOut.AddRange(files.Where(file => !ArchiveName.IsValid(file.Name)).Select(file => $"{file.Path}: its name has other characters than letters, digits, '.', '-' and '_'"));
        leftOut.AddRange(files.Skip(1).Where(file => ArchiveName.IsValid(file.Name) && !File.Exists(file.Path)).Select(file => $"{file.Path}: it is not there"));
        return ([.. files.Where(file => ArchiveName.IsValid(file.Name) && File.Exists(file.Path))], leftOut);
    }

    private IEnumerable<(string Name, string Path)> Providers()
    {
        var folder = Path.GetFullPath(trustedPublishing.Value.DefinitionsDirectory ?? "providers", data.Path);
        return !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (ArchiveName.Providers + Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), file));
    }
}
