using System.CommandLine;
using Assay.Cli.Logs;
using Assay.Cli.Output;
using Assay.Cli.Registry;
using Assay.Cli.State;
using Assay.Cli.Verifying;
using Assay.Provenance.Log.Notes;

namespace Assay.Cli.Commands;

/// <summary>The options about registries, which all commands share. A token is never one of them: others on the machine see what is typed.</summary>
internal sealed class RegistryOptions
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly Option<string?> registry = new("--registry") { Description = "The registry's URL (default: what npm's .npmrc files say)", HelpName = "URL" };
    private readonly Option<string?> tokenFile = new("--token-file") { Description = "A file with the token for the registry (default: _authToken of .npmrc)", HelpName = "FILE" };
    private readonly Option<string?> state = new("--state") { Description = "Where logs are remembered (default: ~/.local/state/assay/logs.json)", HelpName = "FILE" };
    private readonly Option<string[]> logKeys = new("--log-key")
    {
        Description = "A key of the log, NAME+HEX+BASE64, as its operator publishes it elsewhere; give all of them (default: those of the first time)",
        HelpName = "NOTEKEY",
    };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { registry, tokenFile, state, logKeys })
        {
            command.Options.Add(option);
        }
    }

    public RegistryMap Registries(ParseResult parsed, Surroundings around)
    {
        RegistryUrl? given = null;
        if (parsed.GetValue(registry) is { } text && !RegistryUrl.TryParse(text, out given))
        {
            throw new CommandRefused(ExitCode.Usage, "--registry is no http or https URL without a name, a query and a fragment.");
        }
        return new RegistryMap(given, NpmConfigFiles.Read(around.Directory, around.Variable));
    }

    public Func<RegistryUrl, LogSource> Sources(ParseResult parsed, RegistryMap registries, int connections, Surroundings around)
    {
        var (stateFile, keys, token) = (new StateFile(StatePath(parsed, around)), Keys(parsed), Token(parsed, registries, around));
        return url => new LogSource(
            new RegistryClient(url, url == registries.Default && token is not null ? token : registries.Config.TokenFor(url), connections, Timeout),
            stateFile, keys, around.Clock);
    }

    private string? Token(ParseResult parsed, RegistryMap registries, Surroundings around)
    {
        if (parsed.GetValue(tokenFile) is not { } path)
        {
            return null;
        }
        try
        {
            return registries.Default is not null
                ? File.ReadAllText(Path.Combine(around.Directory, path)).Trim()
                : throw new CommandRefused(ExitCode.Usage, "--token-file needs to know for which registry: give --registry URL.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandRefused(ExitCode.Usage, $"The token file cannot be read: {exception.Message}");
        }
    }

    private NoteKey[] Keys(ParseResult parsed) => [.. (parsed.GetValue(logKeys) ?? []).Select(text => NoteKey.TryParse(text, out var key)
        ? key
        : throw new CommandRefused(ExitCode.Usage, $"{PlainText.Of(text)} is no key of a log: NAME+HEX+BASE64, as /-/assay/v1/log shows it."))];

    private string StatePath(ParseResult parsed, Surroundings around)
    {
        if (parsed.GetValue(state) is { } given)
        {
            return Path.Combine(around.Directory, given);
        }
        var folder = around.Variable("XDG_STATE_HOME") is { Length: > 0 } xdg ? xdg
            : around.Variable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "state")
            : throw new CommandRefused(ExitCode.Usage, "There is no home folder to remember logs in. Give --state FILE.");
        return Path.Combine(folder, "assay", "logs.json");
    }
}
