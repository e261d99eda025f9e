using Assay.Server.Answers;

namespace Assay.Server.Operations;

/// <summary>A backup that is whole, and what is not in it.</summary>
internal sealed record WrittenBackup(
    BackupDescription Description, bool IsResumed, long Blobs, IReadOnlyList<string> Missing, IReadOnlyList<string> MissingFiles, IReadOnlyList<string> LeftOut)
{
    private const int MostNamed = 100;

    /// <summary>Bytes and files that should be there and are not fail the command: whoever looks at exit codes must learn that the store is damaged.</summary>
    public ProgressOutcome ToOutcome(BackupFile file) => new(
        [
            $"{file.Path} is whole: the database as of {Description.CreatedAt:u}{(IsResumed ? " (an earlier run began it)" : "")} "
                + $"and {Blobs:N0} blobs, {new FileInfo(file.Path).Length:N0} bytes.",
            $"Its mark: {Description.Mark.Origin}, {Description.Mark.Size} leaves, root {Description.Mark.Root}. All that was acknowledged before is in it.",
            "It holds the registry's private keys and everybody's password hashes: only its owner may read it. Keep it so, and encrypt it before it leaves the machine.",
            .. LeftOut.Select(line => $"Not in it: {line}"),
            .. MissingFiles.Select(line => $"MISSING, and not in it: {line}"),
            .. MissingFiles.Count > 0
                ? ["A registry that is restored from this lacks these files. Everything else is in the backup. Put that right, and back up again."]
                : Array.Empty<string>(),
            .. Missing.Take(MostNamed).Select(line => $"DAMAGED, and not in it: {line}"),
            .. Missing.Count > 0
                ? [$"{Missing.Count} blobs that the database names are damaged or gone. Everything else is in the backup. "
                    + "Find out why, and bring them back from an older one: docs/operations.md."]
                : Array.Empty<string>(),
        ],
        Fails: Missing.Count + MissingFiles.Count > 0);
}
