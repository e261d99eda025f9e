using Assay.Npm;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Upstream;

/// <summary>
/// The keys that upstream registries sign with. They are asked for when something names one that is not known, and kept for ever: clients verify old signatures
/// with them.
/// </summary>
internal sealed class UpstreamKeys : IForeignKeys
{
    private const string Prefix = "upstream-keys:";
    private const string All = "all";

    private readonly Remembered<IReadOnlyList<UpstreamKeyRow>> remembered;
    private readonly AskForKeys ask;

    public UpstreamKeys(RegistryDbSource source, IChangeFeed changes, AskForKeys ask)
    {
        this.ask = ask;
        remembered = new(changes, Prefix, capacity: 1, _ => LoadAsync(source));
    }

    public const string ChangeKey = Prefix + All;

    public async ValueTask<IReadOnlyList<ForeignKey>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await remembered.GetAsync(All, cancellationToken)).Select(row =>
            new ForeignKey(UpstreamRegistry.UrlIn(row.Registry), row.KeyId, row.KeyType, row.Scheme, row.Key, row.ExpiresAt, row.SeenAt))];

    /// <summary>The ids of the registry's keys, asked for first when these versions have signatures by others.</summary>
    public async Task<IReadOnlySet<string>> AskedForAsync(UpstreamRegistry registry, IEnumerable<ForeignVersion> versions, CancellationToken cancellationToken)
    {
        var wanted = versions.SelectMany(version => version.Signatures).Select(signature => signature.KeyId).ToHashSet(StringComparer.Ordinal);
        if (IsWanting(registry, wanted, await KnownAsync(registry.Key, cancellationToken)))
        {
            await ask.RunAsync(registry, cancellationToken);
        }
        return await KnownAsync(registry.Key, cancellationToken);
    }

    public async Task<IReadOnlySet<string>> KnownAsync(string registryKey, CancellationToken cancellationToken) =>
        (await OfAsync(registryKey, cancellationToken)).Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>What the signatures of a version prove by the keys that are known now; nobody is asked.</summary>
    public async Task<SignatureVerdict> JudgeAsync(string registryKey, PackageName name, ForeignVersion version, CancellationToken cancellationToken) =>
        SignatureVerdict.Of(await OfAsync(registryKey, cancellationToken), name, version);

    // Whoever takes the signatures away also takes away the reason to ask: the keys are asked for whether or not any is named.
    private static bool IsWanting(UpstreamRegistry registry, HashSet<string> wanted, IReadOnlySet<string> known) =>
        !wanted.IsSubsetOf(known) || (known.Count == 0 && registry.RequireSignature is not SignatureRequirement.Never);

    private async ValueTask<Dictionary<string, UpstreamKeyRow>> OfAsync(string registryKey, CancellationToken cancellationToken) =>
        (await remembered.GetAsync(All, cancellationToken)).Where(row => row.Registry == registryKey).ToDictionary(row => row.KeyId, StringComparer.Ordinal);

    private static async Task<IReadOnlyList<UpstreamKeyRow>> LoadAsync(RegistryDbSource source)
    {
        await using var db = source.Open();
        return await db.UpstreamKeys.OrderBy(row => row.Registry).ThenBy(row => row.KeyId).ToListAsync();
    }
}
