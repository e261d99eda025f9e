using System.Security.Cryptography;
using Assay.Cli.Lockfiles;
using Assay.Cli.Output;
using Assay.Cli.Registry;
using Assay.Npm;

namespace Assay.Cli.Verifying;

/// <summary>A version with the registry that is to be asked about it.</summary>
internal sealed record Question(RegistryUrl Registry, Subject Subject);

/// <summary>A version that a lockfile has from another registry. <paramref name="From"/> is null where it does not say from which.</summary>
internal sealed record Stray(Subject Subject, Uri? From);

/// <summary>What is to be verified.</summary>
/// <param name="All">In the order of the targets.</param>
/// <param name="Strays">Packages of lockfiles that come from other registries.</param>
/// <param name="Unnamed">How many come from elsewhere: Git, other archives.</param>
internal sealed record Questions(IReadOnlyList<Question> All, IReadOnlyList<Stray> Strays, int Unnamed);

/// <summary>From what was typed to questions: lockfiles, tarballs, and names.</summary>
internal static class Targets
{
    private const int LongestTarball = 1 << 30;

    public static async Task<Questions> ReadAsync(
        IEnumerable<string> targets, string directory, RegistryMap registries, CancellationToken cancellationToken)
    {
        var (questions, strays, unnamed) = (new List<Question>(), new List<Stray>(), 0);
        foreach (var target in targets)
        {
            var path = Path.Combine(directory, target);
            if (LockfileFormats.Knows(path))
            {
                var lockfile = ReadLockfile(path, target);
                var packages = lockfile.Packages.ToLookup(package => registries.Of(package) is not null);
                questions.AddRange(packages[true].Select(package => new Question(registries.Of(package)!, Subject.Of(package, Path.GetFileName(target)))));
                strays.AddRange(packages[false].Select(package => new Stray(Subject.Of(package, Path.GetFileName(target)), package.Resolved)));
                unnamed += lockfile.Others;
            }
            else
            {
                questions.Add(Ask(registries, IsTarball(target) ? await ReadTarballAsync(path, target, cancellationToken) : ReadName(target)));
            }
        }
        return new Questions(questions, strays, unnamed);
    }

    private static bool IsTarball(string target) =>
        target.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase) || target.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase);

    private static Question Ask(RegistryMap registries, Subject subject) => registries.Of(subject.Name) is { } registry
        ? new Question(registry, subject)
        : throw new CommandRefused(ExitCode.Usage, $"No registry is known for {subject.Name}. Give --registry URL, or write registry=URL or @scope:registry=URL into .npmrc.");

    private static Lockfile ReadLockfile(string path, string target)
    {
        try
        {
            return new FileInfo(path).Length <= Lockfile.LongestFile
                ? LockfileFormats.Read(path, File.ReadAllBytes(path))
                : throw new LockfileRefused("It is too large.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LockfileRefused)
        {
            throw new CommandRefused(ExitCode.Usage, $"{target} cannot be read: {exception.Message}");
        }
    }

    // "x", "x@1.0.0", "@acme/x@1.0.0".
    private static Subject ReadName(string target)
    {
        var at = target.Length > 1 ? target.IndexOf('@', 1) : -1;
        SemanticVersion? version = null;
        return PackageName.TryParse(at < 0 ? target : target[..at], out var name) && (at < 0 || SemanticVersion.TryParse(target[(at + 1)..], out version))
            ? new Subject(name, version, null, target)
            : throw new CommandRefused(ExitCode.Usage, $"{PlainText.Of(target)} is no package like @acme/x@1.0.0, no .tgz file and no lockfile.");
    }

    private static async Task<Subject> ReadTarballAsync(string path, string target, CancellationToken cancellationToken)
    {
        try
        {
            var length = new FileInfo(path).Length;
            var bytes = length <= LongestTarball ? await File.ReadAllBytesAsync(path, cancellationToken) : throw new IOException("it is too large");
            var reading = await TarballReader.ReadAsync(new MemoryStream(bytes), TarballLimits.Default, cancellationToken);
            if (reading is TarballReading.Accepted { Contents.PackageJson: var json }
                && PackageName.TryParse((string?)json["name"], out var name) && SemanticVersion.TryClean((string?)json["version"], out var version))
            {
                return new Subject(name, version, Integrity.FromSha512(SHA512.HashData(bytes)), target);
            }
            throw new CommandRefused(
                ExitCode.Refuted, $"{target} is no package: {(reading is TarballReading.Refused { Problem: var problem } ? problem.Text : "its package.json has no name or version")}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new CommandRefused(ExitCode.Usage, $"{target} cannot be read: {exception.Message}");
        }
    }
}
