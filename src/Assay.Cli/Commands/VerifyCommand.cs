using System.CommandLine;
using Assay.Cli.Output;
using Assay.Cli.Registry;
using Assay.Cli.Verifying;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Cli.Commands;

/// <summary><c>assay verify</c>.</summary>
internal sealed class VerifyCommand
{
    private readonly Argument<string[]> targets = new("TARGET")
    {
        Description = "A package (NAME or NAME@VERSION), a tarball (x.tgz), or a lockfile (package-lock.json, npm-shrinkwrap.json, pnpm-lock.yaml, yarn.lock)",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly RegistryOptions registries = new();
    private readonly Option<string?> source = new("--source") { Description = "Fail unless the provenance names this repository", HelpName = "URL" };
    private readonly Option<string?> provider = new("--provider") { Description = "Fail unless the provenance names this CI, e.g. github", HelpName = "ID" };
    private readonly Option<bool> requireProvenance = new("--require-provenance") { Description = "Fail where there is no provenance" };
    private readonly Option<bool> requireLog = new("--require-log") { Description = "Fail where a registry shows no log" };
    private readonly Option<bool> all = new("--all") { Description = "Fail when a lockfile has packages of other registries" };
    private readonly Option<string?> trustedRoot = new("--trusted-root") { Description = "A Sigstore trusted_root.json to believe instead of the public one", HelpName = "FILE" };
    private readonly Option<string[]> ours = new("--ours")
    {
        Description = "Names that must be the registry's own, signed and logged by it: NAME, @scope/*, or * for all",
        HelpName = "PATTERN",
    };

    private readonly Option<string[]> upstreamKeys = new("--upstream-keys")
    {
        Description = "The answer of another registry's /-/npm/v1/keys, whose versions may be passed on (the public npm registry's are known)",
        HelpName = "FILE",
    };

    private readonly Option<int> concurrency = new("--concurrency") { Description = "Requests at once", DefaultValueFactory = _ => 16, HelpName = "N" };
    private readonly Option<bool> json = new("--json") { Description = "Print JSON" };
    private readonly Option<bool> details = new("--details") { Description = "Print every check of every package, also of a lockfile's" };

    public Command Build(Surroundings around)
    {
        var command = new Command(
            "verify",
            "Verifies what a registry serves: bytes, signature, log, attestations. Example: assay verify package-lock.json --registry https://npm.acme.example/")
        {
            targets, source, provider, requireProvenance, requireLog, all, ours, upstreamKeys, trustedRoot, concurrency, json, details,
        };
        registries.AddTo(command);
        command.SetAction(async (parsed, stop) => (int)await RunAsync(parsed, around, stop));
        return command;
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed, Surroundings around, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(concurrency) is not (>= 1 and <= 256 and var connections))
        {
            throw new CommandRefused(ExitCode.Usage, "--concurrency is 1 to 256.");
        }
        var (named, map) = (parsed.GetValue(targets)!, registries.Registries(parsed, around));
        var questions = await Targets.ReadAsync(named, around.Directory, map, cancellationToken);
        var trust = new ReaderTrust(Root(parsed, around), new KnownKeys((parsed.GetValue(upstreamKeys) ?? []).Select(path => Keys(path, around))));
        var run = new VerificationRun(registries.Sources(parsed, map, connections, around), trust, Wanted(parsed), connections);
        VerificationReport report;
        using (var progress = new ProgressLine(around.Error, around.IsWatched, questions.All.Count))
        {
            report = await run.RunAsync(questions, progress, cancellationToken);
        }
        return Print(parsed, around, report, isAboutLockfiles: questions.All.Count > named.Length);
    }

    private ExitCode Print(ParseResult parsed, Surroundings around, VerificationReport report, bool isAboutLockfiles)
    {
        var code = report.ExitCode(parsed.GetValue(all));
        if (parsed.GetValue(json))
        {
            ReportJson.Write(around.Output, report, code);
        }
        else
        {
            ReportText.Write(around.Output, report, parsed.GetValue(details) || !isAboutLockfiles);
        }
        return code;
    }

    private Requirements Wanted(ParseResult parsed)
    {
        var url = parsed.GetValue(source);
        if (!OwnNames.TryParse(parsed.GetValue(ours) ?? [], out var names))
        {
            throw new CommandRefused(ExitCode.Usage, "--ours is a name, or the beginning of names with a star at its end.");
        }
        return url is null || SourceUrl.Normalise(url) is not null
            ? new Requirements(url, parsed.GetValue(provider), parsed.GetValue(requireProvenance), parsed.GetValue(requireLog), names)
            : throw new CommandRefused(ExitCode.Usage, "--source is no http or https URL of a repository.");
    }

    private static RegistryKeys Keys(string path, Surroundings around)
    {
        try
        {
            var keys = AnswerReader.Read(path, File.ReadAllBytes(Path.Combine(around.Directory, path)), RegistryKeys.Read);
            return keys.Own.Any() ? keys : throw new CommandRefused(ExitCode.Usage, $"{path} has no key that is its registry's own.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or AnswerRefused)
        {
            throw new CommandRefused(ExitCode.Usage, $"{path} is no answer of /-/npm/v1/keys: {exception.Message}");
        }
    }

    private TrustedRoot Root(ParseResult parsed, Surroundings around)
    {
        if (parsed.GetValue(trustedRoot) is not { } path)
        {
            return TrustedRoot.PublicSigstore;
        }
        try
        {
            return TrustedRoot.TryParse(File.ReadAllText(Path.Combine(around.Directory, path)), out var root)
                ? root
                : throw new CommandRefused(ExitCode.Usage, $"{path} is no trusted_root.json.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandRefused(ExitCode.Usage, $"The trusted root cannot be read: {exception.Message}");
        }
    }
}
