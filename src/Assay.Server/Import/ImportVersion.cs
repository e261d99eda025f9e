using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Packages;

namespace Assay.Server.Import;

/// <summary>Imports one version: decided, fetched, compared with what was promised, judged as any publish is, stored; bytes first, then the facts.</summary>
internal sealed class ImportVersion(RegistryDbSource source, StageTarball stage, JudgeTarball judge, DecideImport decide, StoreImported store)
{
    /// <summary>What became of it; allowed means stored and durable, or that it would be.</summary>
    /// <exception cref="SourceFailure">The source did not give it.</exception>
    public async Task<ImportDecision> RunAsync(
        ImportJob job, IImportSource from, SourcePackage package, SourceVersion version, CancellationToken cancellationToken)
    {
        if (await BeforeAsync(job, package.Name, version, cancellationToken) is { } settled)
        {
            return settled;
        }
        await using var staged = stage.New();
        await from.FetchAsync(version, (stream, stop) => stage.FillAsync(staged, stream, stop), cancellationToken);
        if (await version.Promised.DisagreementAsync(staged, cancellationToken) is { } disagreement)
        {
            return new ImportDecision.Refused("integrity-mismatch", disagreement);
        }
        var (tarball, denial) = await judge.RunAsync(staged, PublisherDetails.None, cancellationToken);
        denial ??= JudgeTarball.Disagreement(tarball!.Manifest, package.Name, version.Version);
        return denial is null
            ? await store.RunAsync(job, package, version, tarball!, cancellationToken)
            : new ImportDecision.Refused(denial.Code, denial.Text);
    }

    /// <summary>Null when its bytes are needed. What the source promises of them is often enough.</summary>
    private async Task<ImportDecision?> BeforeAsync(ImportJob job, PackageName name, SourceVersion version, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        bool? known = false;
        var decision = await decide.RunAsync(db, job, name, version, (sha512, shasum) => known = IsPromised(version.Promised, sha512, shasum), cancellationToken);
        return job.IsDryRun || (decision is not ImportDecision.Allowed && known is not null) ? decision : null;
    }

    private static bool? IsPromised(PromisedDigests promised, byte[] sha512, string shasum)
    {
        if (promised.Sha512 is { } integrity)
        {
            return integrity.Equals(Integrity.FromSha512(sha512));
        }
        return promised.Shasum is { } sha1 ? sha1 == shasum : null;
    }
}
