using System.Security.Cryptography;
using System.Text;
using Assay.Provenance.Envelopes;
using Assay.Provenance.Sigstore.Bundles;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Signing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Attestations;

/// <summary>
/// Takes the statements about public packages to the public log, behind the requests; a publish does not wait for it. Clients are told of one only when its bundle has verified
/// with the log's entry in it.
/// </summary>
internal sealed partial class LogPublicly(
    RegistryDbSource source, CommitQueue commits, SigningKeys keys, RekorClient rekor, VerifyStored verify, ClientTrust trust, IOptions<AttestationsOptions> options, TimeProvider time,
    ILogger<LogPublicly> logger) : BackgroundService
{
    private const int Together = 100;
    private const string Public = "public";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Mode != AttestationMode.PublicLog)
        {
            return;
        }
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.PublicLogSeconds), time);
        do
        {
            await TryRunAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TryRunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Failed(failure);
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var waiting in await WaitingAsync(cancellationToken))
        {
            await AddAsync(waiting, cancellationToken);
        }
    }

    private async Task<List<Waiting>> WaitingAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.Attestations.Where(row => row.Bundle == null && row.PublicEntry == null)
            .Join(db.Versions.Where(version => version.RemovedAt == null), row => row.VersionId, version => version.Id, (row, version) => new { row, version })
            .Join(db.Packages.Where(package => package.Access == Public), each => each.version.PackageId, package => package.Id, (each, package) => new { each.row, each.version, package })
            .Where(each => each.row.IsSourcePublic || each.package.ShowsSource)
            .OrderBy(each => each.row.Id).Take(Together)
            .Select(each => new Waiting(each.row, new StoredSubject(each.package.Name, each.version.Version, each.version.Sha512))).ToListAsync(cancellationToken);
    }

    private async Task AddAsync(Waiting waiting, CancellationToken cancellationToken)
    {
        var row = waiting.Row;
        var key = (await keys.ListAsync(cancellationToken)).Single(each => each.KeyId == row.KeyId);
        var envelope = new DsseEnvelope(DsseEnvelope.StatementType, row.Statement, row.Signature, row.KeyId!);
        var entry = await rekor.AddAsync(envelope, PemEncoding.WriteString("PUBLIC KEY", key.PublicKey) + "\n", cancellationToken);
        var text = entry.ToJsonString();
        var bundle = Encoding.UTF8.GetString(KeyBundle.Write(envelope, entry));
        if (await verify.RefusalAsync(waiting.Subject, bundle, isOfClient: false, trust.Root, cancellationToken) is { } refusal)
        {
            NotVerified(waiting.Subject, refusal);
            return;
        }
        await commits.RunAsync(async (commit, stop) =>
        {
            await commit.Db.Attestations.Where(found => found.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(found => found.PublicEntry, text), stop);
            commit.Changed($"package:{waiting.Subject.Package}");
            return true;
        }, cancellationToken);
    }

    private sealed record Waiting(AttestationRow Row, StoredSubject Subject);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Statements could not be taken to the public log; tried again at the next tick. Clients are told of those that it has")]
    private partial void Failed(Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "The public log's entry for {Version} does not verify, so clients are not told of it: {Reason}")]
    private partial void NotVerified(StoredSubject version, string reason);
}
