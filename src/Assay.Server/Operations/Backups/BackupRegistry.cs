using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Microsoft.Extensions.Options;

namespace Assay.Server.Operations;

/// <summary>
/// Writes one file with all of the registry as of one moment, while it goes on: the database first, in one reading transaction, then what its rows name. Publishes put
/// their bytes before their rows, so that the bytes of every row of that moment are there.
/// </summary>
internal sealed class BackupRegistry(
    DataDirectory data, CommitQueue commits, ResumeBackup resume, FillBackup fill, BlobHold hold, IOptions<DatabaseOptions> options)
{
    public async Task<ProgressOutcome> RunAsync(string path, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        var file = new BackupFile(path);
        if ((RefuseEngine() ?? file.Problem()) is { } problem)
        {
            return ProgressOutcome.Failed(problem);
        }
        try
        {
            using var held = hold.Take();
            return await WriteAsync(file, progress, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException || Conflicts.IsDiskFull(failure))
        {
            return ProgressOutcome.Failed($"The backup could not be written: {failure.Message} What is whole of it stays in {file.Part}; the same command goes on with it.");
        }
    }

    private string? RefuseEngine() => options.Value.Engine == DatabaseEngine.Sqlite ? null :
        "This command copies a SQLite database; this registry's facts are in PostgreSQL. Back up the database with pg_dump, and after it (never before) "
        + $"the directories {data.BlobsDirectory} and of the keys (Assay:Signing:KeysDirectory): docs/operations.md.";

    private async Task<ProgressOutcome> WriteAsync(BackupFile file, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        using var work = new WorkFolder(data);
        await using var digests = DigestList.In(work.Path);
        WrittenBackup written;
        await using (var part = file.OpenPart())
        {
            var (begun, problem) = await resume.RunAsync(part, digests, work.In(ArchiveName.Database), cancellationToken);
            if (problem is not null)
            {
                return ProgressOutcome.Failed($"{file.Part} {problem}");
            }
            written = await fill.RunAsync(new ArchiveWriter(part, digests), begun, work, progress, cancellationToken);
        }
        file.Complete();
        await RecordAsync(file, written, cancellationToken);
        return written.ToOutcome(file);
    }

    private Task<bool> RecordAsync(BackupFile file, WrittenBackup written, CancellationToken cancellationToken) => commits.RunAsync((commit, _) =>
    {
        commit.Record(Actor.Operator, "registry.backed-up", file.Path, $"{written.Description.Mark.Size} leaves, root {written.Description.Mark.Root}");
        return Task.FromResult(true);
    }, cancellationToken);
}
