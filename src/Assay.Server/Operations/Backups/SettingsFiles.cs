using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Upstream;
using Microsoft.Extensions.Options;

namespace Assay.Server.Operations;

/// <summary>Files in the data directory that settings name, and without which no server starts. They have any name, and a backup has none but its own.</summary>
internal sealed class SettingsFiles(
    DataDirectory data, IOptions<UpstreamOptions> upstream, IOptions<AttestationsOptions> attestations, IEnumerable<SettingsFile> others)
{
    public IEnumerable<(string Setting, string Path)> InDataDirectory() => Named()
        .Where(each => each.File is { Length: > 0 })
        .Select(each => (each.Setting, Path: Path.GetFullPath(each.File!, data.Path)))
        .Where(each => each.Path.StartsWith(data.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    private IEnumerable<(string Setting, string? File)> Named() =>
    [
        .. upstream.Value.Registries.Select(each => ($"{UpstreamOptions.Section}:Registries:{each.Key}:{nameof(UpstreamRegistryOptions.TokenFile)}", each.Value.TokenFile)),
        ($"{AttestationsOptions.Section}:{nameof(AttestationsOptions.TrustedRootFile)}", attestations.Value.TrustedRootFile),
        .. others.Select(each => (each.Setting, each.File)),
    ];
}

/// <summary>A setting of a higher room that names a file.</summary>
internal sealed record SettingsFile(string Setting, string? File);
