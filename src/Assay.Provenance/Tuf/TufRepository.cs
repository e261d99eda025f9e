namespace Assay.Provenance.Tuf;

/// <summary>
/// The files from which stock Sigstore clients, npm among them, learn to believe a registry (TUF 1.0.31, with consistent snapshots). Files of
/// the issue before stay good to serve beside these: a client may have begun with its timestamp.
/// </summary>
public sealed class TufRepository
{
    private TufRepository(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files) => Files = files;

    /// <summary>By path under the repository's URL.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files { get; }

    /// <exception cref="ArgumentException">Clients would refuse it.</exception>
    public static TufRepository Create(TufContents contents)
    {
        ArgumentNullException.ThrowIfNull(contents);
        Check(contents);
        var (signer, issue) = (contents.Online, contents.Issue);
        TargetFile[] targets =
        [
            new(TrustedRootDocument.Name, TrustedRootDocument.With(contents.TrustedRoot, contents.LogKeys)),
            RegistryKeysTarget.Write(contents.Registry, contents.RegistryKeys),
        ];
        var files = new Dictionary<string, ReadOnlyMemory<byte>>
        {
            // For people who fetch it to pin it: clients ask for the numbered ones.
            ["root.json"] = contents.Roots[^1].ToBytes(),
            ["timestamp.json"] = OnlineMetadata.Timestamp(signer, issue),
            [$"{issue.Version}.snapshot.json"] = OnlineMetadata.Snapshot(signer, issue),
            [$"{issue.Version}.targets.json"] = OnlineMetadata.Targets(signer, issue, targets),
        };
        foreach (var root in contents.Roots)
        {
            files[$"{root.Version}.root.json"] = root.ToBytes();
        }
        foreach (var target in targets)
        {
            files[target.Path] = target.Bytes;
        }
        return new TufRepository(files);
    }

    private static void Check(TufContents contents)
    {
        var roots = contents.Roots;
        if (roots is not [{ Version: 1 }, ..] || roots.Zip(roots.Skip(1)).Any(pair => !pair.Second.Follows(pair.First)))
        {
            throw new ArgumentException("The roots are no chain from the first one.", nameof(contents));
        }
        if (roots[^1].OnlineKey.Id != contents.Online.Key.Id)
        {
            throw new ArgumentException("The newest root names another online key.", nameof(contents));
        }
        if (contents.RegistryKeys.Count == 0 || contents.LogKeys.Count == 0)
        {
            throw new ArgumentException("There is nothing to believe in it.", nameof(contents));
        }
    }
}
