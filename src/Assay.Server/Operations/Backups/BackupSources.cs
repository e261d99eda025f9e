using Assay.Server.Data;
using Assay.Server.Data.Sealing;
using Assay.Server.Signing;
using Assay.Server.Signing.Tokens;
using Assay.Server.TrustedPublishing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Operations;

/// <summary>Each file with its name in the backup; what should be among them and is not; what a backup never has, and the operator keeps.</summary>
internal sealed record FoundSources(IReadOnlyList<(string Name, string Path)> Files, IReadOnlyList<string> Missing, IReadOnlyList<string> LeftOut);

/// <summary>The files besides database and blobs that a registry cannot do without: private keys, settings, the operator's own providers.</summary>
internal sealed class BackupSources(
    DataDirectory data, KeyFiles keys, SecretKeyFile secrets, IOptions<TrustedPublishingOptions> trustedPublishing, SettingsFiles named)
{
    public async Task<FoundSources> FindAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        var rows = await db.SigningKeys.OrderBy(row => row.Id).ToListAsync(cancellationToken);
        var onTokens = rows.Where(row => TokenKeys.Has(row.Handle)).ToList();
        var inFiles = rows.Except(onTokens).Select(row => (row.ExpiresAt, Name: ArchiveName.Keys + row.Handle, Path: keys.PlaceOf(row.Handle))).ToList();
        var (there, gone) = (inFiles.Where(key => File.Exists(key.Path)), inFiles.Where(key => !File.Exists(key.Path)).ToList());
        List<(string Name, string Path)> files = [.. Settings(), .. there.Select(key => (key.Name, key.Path)), .. Secrets(), .. Providers()];
        var hasSealed = await db.State.AnyAsync(row => row.SecretsKeyId != null, cancellationToken);
        return new FoundSources(
            [.. files.Where(file => ArchiveName.IsValid(file.Name))],
            [
                .. gone.Where(key => key.ExpiresAt is null).Select(key => $"{key.Path}: the private key is in use, and its file is not there"),
                .. hasSealed && !secrets.IsThere ? [$"{secrets.Path}: secrets are sealed, and the key to them is not there"] : Array.Empty<string>(),
                .. files.Where(file => !ArchiveName.IsValid(file.Name)).Select(file => $"{file.Path}: its name has other characters than letters, digits, '.', '-' and '_'"),
            ],
            [
                .. onTokens.Select(row => $"{row.Handle}: a key on a token, which it cannot leave"),
                .. gone.Where(key => key.ExpiresAt is not null).Select(key => $"{key.Path}: the file of a key that signs nothing any more is not there"),
                .. named.InDataDirectory().ExceptBy(files.Select(file => file.Path), file => file.Path).Select(file => $"{file.Path}: {file.Setting} names it; keep it yourself"),
            ]);
    }

    private IEnumerable<(string Name, string Path)> Settings()
    {
        var file = Path.Combine(data.Path, ArchiveName.Settings);
        return File.Exists(file) ? [(ArchiveName.Settings, file)] : [];
    }

    // Where it is restored to, whatever it is called here.
    private IEnumerable<(string Name, string Path)> Secrets() => secrets.IsThere ? [(ArchiveName.SecretsKey, secrets.Path)] : [];

    private IEnumerable<(string Name, string Path)> Providers()
    {
        var folder = Path.GetFullPath(trustedPublishing.Value.DefinitionsDirectory ?? "providers", data.Path);
        return !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (ArchiveName.Providers + Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), file));
    }
}
