using System.CommandLine;
using System.Text.Json;
using Assay.Cli.Output;
using Assay.Cli.Registry;
using Assay.Npm;

namespace Assay.Cli.Commands;

/// <summary><c>assay report NAME[@VERSION] …</c></summary>
internal sealed class ReportCommand
{
    private const int LongestAnswer = 256 * 1024;

    private readonly Argument<string> package = new("NAME") { Description = "The package, or one version of it: @acme/x, @acme/x@1.2.0" };
    private readonly Option<string> kind = new("--kind") { Required = true, Description = "malware, vulnerability, impersonation or other", HelpName = "KIND" };
    private readonly Option<string> text = new("--text") { Required = true, Description = "What you saw", HelpName = "TEXT" };
    private readonly RegistryOptions registries = new();

    public Command Build(Surroundings around)
    {
        var command = new Command("report", "Reports a package to those who can act. Example: assay report @acme/x@1.2.0 --kind malware --text 'it reads ~/.npmrc'") { package, kind, text };
        registries.AddTo(command);
        command.SetAction(async (parsed, stop) => (int)await RunAsync(parsed, around, stop));
        return command;
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed, Surroundings around, CancellationToken cancellationToken)
    {
        var (name, version) = Named(parsed.GetValue(package)!);
        var map = registries.Registries(parsed, around);
        var url = map.Of(name) ?? throw new CommandRefused(ExitCode.Usage, "Which registry? Give --registry URL.");
        using var client = registries.Sources(parsed, map, connections: 1, around)(url).Registry;
        var answer = await client.PostAsync($"-/assay/v1/package/{name.Escaped}/reports", Body(parsed.GetValue(kind)!, version, parsed.GetValue(text)!), LongestAnswer, cancellationToken);
        if (!answer.IsGood)
        {
            throw new CommandRefused(answer.Status == 400 ? ExitCode.Usage : ExitCode.NotAsked, Refusal(url, answer));
        }
        var id = AnswerReader.Read("the report", answer.Body, root => root.GetProperty("id").GetInt64());
        around.Output.WriteLine($"Report {id} about {name}{(version is null ? "" : $"@{version}")} is made. You are told when it is closed.");
        return ExitCode.Good;
    }

    private static (PackageName Name, SemanticVersion? Version) Named(string text)
    {
        var at = text.LastIndexOf('@');
        var (name, rest) = at > 0 ? (text[..at], text[(at + 1)..]) : (text, null);
        SemanticVersion? version = null;
        return PackageName.TryParse(name, out var parsed) && (rest is null || SemanticVersion.TryParse(rest, out version))
            ? (parsed, version)
            : throw new CommandRefused(ExitCode.Usage, $"{PlainText.Of(text)} is not a package like @acme/x, or a version of one like @acme/x@1.2.0.");
    }

    private static byte[] Body(string kind, SemanticVersion? version, string text)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", kind);
            writer.WriteString("version", version?.ToString());
            writer.WriteString("text", text);
            writer.WriteEndObject();
        }
        return buffer.ToArray();
    }

    // What the registry says, where it says something that is meant to be read.
    private static string Refusal(RegistryUrl registry, SentAnswer answer)
    {
        try
        {
            var said = AnswerReader.Read("the refusal", answer.Body, root => root.OptionalText("error"));
            return $"{registry} did not take the report ({answer.Status}): {said}";
        }
        catch (AnswerRefused)
        {
            return $"{registry} did not take the report: it answered {answer.Status}.";
        }
    }
}
