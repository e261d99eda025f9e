using System.CommandLine;
using System.Text.Json.Nodes;
using Assay.Server.Data;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>import</c>: packages of another registry, of a Verdaccio's folder, or of a folder of tarballs.</summary>
internal sealed class ImportCommand
{
    private readonly Option<string> from = new("--from") { Required = true, Description = "Where they are: https://npm.example/, a Verdaccio storage folder, or a folder of .tgz files" };
    private readonly Option<string> owner = new("--owner") { Required = true, Description = "The person who owns what has no owner among the people of this registry" };
    private readonly Option<string[]> names = new("--names") { Description = "Packages, by name or like '@acme/*'", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> list = new("--list") { Description = "A file with a name per line; what follows # is a comment" };
    private readonly Option<bool> all = new("--all") { Description = "Everything that the source lists" };
    private readonly Option<string?> token = new("--token-file") { Description = "A file with the token that the source wants" };
    private readonly Option<string?> tarballHost = new("--tarball-host") { Description = "Another host that the source's tarballs may lie on" };
    private readonly Option<string?> access = new("--access") { Description = "Who may read what is new here: public or members; without it, the registry's default" };
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Say what would be done, and do nothing" };
    private readonly Option<string?> report = new("--report") { Description = "A file for the whole report, as JSON" };

    public static Command Import(Option<string> data) => new ImportCommand().Build(data);

    private Command Build(Option<string> data)
    {
        var command = new Command("import", "Imports packages from another registry or from a folder; run it again to go on or to catch up (docs/import.md)")
        {
            from, owner, names, list, all, token, tarballHost, access, dryRun, report,
        };
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/import", Body(parsed), stop));
        return command;
    }

    private JsonObject Body(ParseResult parsed) => new()
    {
        ["from"] = Place(parsed.GetValue(from)!),
        ["owner"] = parsed.GetValue(owner),
        ["names"] = new JsonArray([.. (parsed.GetValue(names) ?? []).Concat(Listed(parsed.GetValue(list))).Select(name => JsonValue.Create(name))]),
        ["all"] = parsed.GetValue(all),
        ["token"] = Token(parsed.GetValue(token)),
        ["tarballHost"] = parsed.GetValue(tarballHost),
        ["access"] = parsed.GetValue(access),
        ["dryRun"] = parsed.GetValue(dryRun),
        ["report"] = parsed.GetValue(report) is { } file ? Path.GetFullPath(file) : null,
    };

    // The server's process has another working directory.
    private static string Place(string text) => text.Contains("://", StringComparison.Ordinal) ? text : Path.GetFullPath(text);

    private static IEnumerable<string> Listed(string? file) => file is null
        ? []
        : Read(file).Split('\n').Select(line => line.Split('#')[0].Trim()).Where(name => name.Length > 0);

    // What is in it stays unsaid, also when it is no token.
    private static string? Token(string? file) => file is null
        ? null
        : Read(file).Trim() is { Length: > 0 } text && text.All(character => character is > ' ' and <= '~')
            ? text
            : throw new StartRefused($"{file} does not hold one token, on one line.");

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefused($"{file} cannot be read: {failure.Message}");
        }
    }
}
