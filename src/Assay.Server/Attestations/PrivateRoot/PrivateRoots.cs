using Assay.Provenance.Tuf;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Signing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Attestations;

/// <summary>
/// The private trusted root as stored files. It is issued anew when a client asks and something of it has changed, or half of its time is over: so a rotated key is believed
/// with the client's next request, and nothing runs by the clock.
/// </summary>
internal sealed class PrivateRoots(
    RegistryDbSource source, CommitQueue commits, SigningKeys keys, IForeignKeys foreign, PublicUrl publicUrl, IOptions<AttestationsOptions> options, TimeProvider time)
{
    private const string Timestamp = "timestamp.json";
    private const string Root = "root.json";

    // Clients that pinned an old root follow the chain from it; its end only says how long a client may do without.
    private static readonly TimeSpan RootLife = TimeSpan.FromDays(3650);

    /// <summary>A file by its path; null when there is none.</summary>
    public async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        // A client asks for the next root before it asks for anything that a new key has signed.
        if (path == Timestamp || path.EndsWith(Root, StringComparison.Ordinal))
        {
            await IssueAsync(cancellationToken);
        }
        await using var db = source.Open();
        return await db.TufFiles.Where(row => row.Path == path).Select(row => row.Bytes).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>The trusted root that is in force: what clients verify with.</summary>
    public async Task<string> TrustedRootAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var contents = await PrivateRootContents.ReadAsync(db, keys, foreign, publicUrl, cancellationToken);
        return System.Text.Encoding.UTF8.GetString(TrustedRootDocument.With(Provenance.Sigstore.Roots.TrustedRoot.PublicSigstoreDocument, [.. contents.Logs]));
    }

    private async Task IssueAsync(CancellationToken cancellationToken)
    {
        await using (var db = source.Open())
        {
            var contents = await PrivateRootContents.ReadAsync(db, keys, foreign, publicUrl, cancellationToken);
            if (IsCurrent(await NewestAsync(db, cancellationToken), contents.Digest(await TufKeysAsync(cancellationToken)), time.GetUtcNow()))
            {
                return;
            }
        }
        var online = await keys.GetAsync(KeyPurpose.TufOnline, cancellationToken);
        var root = await keys.GetAsync(KeyPurpose.TufRoot, cancellationToken);
        await commits.RunAsync((commit, stop) => IssueAsync(commit, online, root, stop), cancellationToken);
    }

    private async Task<bool> IssueAsync(Commit commit, SigningKey online, SigningKey root, CancellationToken cancellationToken)
    {
        var contents = await PrivateRootContents.ReadAsync(commit.Db, keys, foreign, publicUrl, cancellationToken);
        var digest = contents.Digest(await TufKeysAsync(cancellationToken));
        var before = await NewestAsync(commit.Db, cancellationToken);
        // Another node, or another request, may have been faster.
        if (IsCurrent(before, digest, commit.Now))
        {
            return false;
        }
        var expires = commit.Now.AddDays(options.Value.PrivateRootDays);
        var issue = new TufIssue((before?.Version ?? 0) + 1, expires);
        var files = TufRepository.Create(new TufContents
        {
            Roots = await RootsAsync(commit.Db, online, root, commit.Now, cancellationToken),
            Issue = issue,
            Online = Signer(online),
            Registry = contents.Registry,
            RegistryKeys = contents.RegistryKeys,
            LogKeys = contents.Logs,
        }).Files;
        commit.Db.TufIssues.Add(new TufIssueRow { Version = issue.Version, Contents = digest, ExpiresAt = expires, CreatedAt = commit.Now });
        await KeepAsync(commit.Db, issue.Version, files, cancellationToken);
        return true;
    }

    /// <summary>The chain so far, and one more where a key was replaced. The root before is signed for by the key that it names, which must still be there.</summary>
    private async Task<IReadOnlyList<TufRoot>> RootsAsync(RegistryDb db, SigningKey online, SigningKey root, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stored = await db.TufFiles.Where(row => row.Path.EndsWith(".root.json")).Select(row => row.Bytes).ToListAsync(cancellationToken);
        var roots = stored.Select(bytes => TufRoot.TryRead(bytes, out var read) ? read : throw new InvalidOperationException("A stored root is none."))
            .OrderBy(read => read.Version).ToList();
        if (roots is not [.., var newest])
        {
            return [TufRoot.First(Signer(root), Key(online.PublicKey.Span), now + RootLife)];
        }
        if (newest.RootKey.Id != Key(root.PublicKey.Span).Id || newest.OnlineKey.Id != Key(online.PublicKey.Span).Id || newest.Expires - now < RootLife / 2)
        {
            var named = (await TufKeysAsync(cancellationToken)).First(row => Key(row.PublicKey).Id == newest.RootKey.Id);
            var current = await keys.GetAsync(named, cancellationToken);
            roots.Add(newest.Next(Signer(current), Signer(root), Key(online.PublicKey.Span), now + RootLife));
        }
        return roots;
    }

    private static async Task KeepAsync(RegistryDb db, int issue, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, CancellationToken cancellationToken)
    {
        // A client may be half-way through the issue before.
        await db.TufFiles.Where(row => row.Issue < issue - 1).ExecuteDeleteAsync(cancellationToken);
        await db.TufIssues.Where(row => row.Version < issue - 1).ExecuteDeleteAsync(cancellationToken);
        var kept = await db.TufFiles.AsTracking().ToDictionaryAsync(row => row.Path, cancellationToken);
        foreach (var (path, bytes) in files)
        {
            if (kept.TryGetValue(path, out var row))
            {
                (row.Bytes, row.Issue) = (bytes.ToArray(), issue);
            }
            else
            {
                db.TufFiles.Add(new TufFileRow { Path = path, Bytes = bytes.ToArray(), Issue = issue });
            }
        }
    }

    private bool IsCurrent(TufIssueRow? issue, string contents, DateTimeOffset now) =>
        issue is not null && issue.Contents == contents && issue.ExpiresAt - now > TimeSpan.FromDays(options.Value.PrivateRootDays) / 2;

    private static Task<TufIssueRow?> NewestAsync(RegistryDb db, CancellationToken cancellationToken) =>
        db.TufIssues.OrderByDescending(row => row.Version).FirstOrDefaultAsync(cancellationToken);

    private async Task<IEnumerable<SigningKeyRow>> TufKeysAsync(CancellationToken cancellationToken) =>
        (await keys.ListAsync(cancellationToken)).Where(row => row.Purpose is KeyPurpose.TufOnline or KeyPurpose.TufRoot);

    private static TufSigner Signer(SigningKey key) => new(Key(key.PublicKey.Span), bytes => key.Sign(bytes.Span));

    private static TufKey Key(ReadOnlySpan<byte> publicKey) =>
        TufKey.TryCreate(publicKey, out var read) ? read : throw new InvalidOperationException("A key of the trusted root is no P-256 key.");
}
