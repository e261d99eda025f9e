using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Data;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin attempts</c>, <c>admin simulate</c> and <c>admin lint</c>: what was tried, what would happen, why it would not.</summary>
internal static class AttemptCommands
{
    private const string StandardInput = "-";

    public static Command Attempts(Option<string> data)
    {
        var package = new Argument<string?>("package") { Description = "The package name; without it, every name", Arity = ArgumentArity.ZeroOrOne };
        var outcome = new Option<string?>("--outcome") { Description = "granted or refused" };
        var code = new Option<string?>("--code") { Description = "Only refusals with this code" };
        var before = new Option<string?>("--before") { Description = "Only attempts older than the one with this id" };
        var limit = new Option<string?>("--limit") { Description = "How many, 50 if not said" };
        var command = new Command("attempts", "Shows the latest exchanges of identity tokens, granted and refused") { package, outcome, code, before, limit };
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/attempts", new JsonObject
        {
            ["package"] = parsed.GetValue(package),
            ["outcome"] = parsed.GetValue(outcome),
            ["code"] = parsed.GetValue(code),
            ["before"] = parsed.GetValue(before),
            ["limit"] = parsed.GetValue(limit),
        }, stop));
        return command;
    }

    public static Command Simulate(Option<string> data)
    {
        var file = new Argument<string>("file") { Description = "A simulation as JSON, or with --package a bare identity token; '-' reads standard input" };
        var package = new Option<string?>("--package") { Description = "The package that the token in the file is for" };
        var action = new Option<string?>("--action") { Description = "What it is for, publish if not said" };
        var command = new Command("simulate", "Shows what an exchange would come to, policy by policy; nothing is granted or kept") { file, package, action };
        command.SetAction((parsed, stop) =>
        {
            var text = Read(parsed.GetValue(file)!);
            var body = parsed.GetValue(package) is { } name
                ? new JsonObject { ["package"] = name, ["action"] = parsed.GetValue(action) ?? "publish", ["token"] = text.Trim() }
                : Parse(text);
            return AdminCommands.Send(parsed, data, "/simulate", body, stop);
        });
        return command;
    }

    public static Command Lint(Option<string> data)
    {
        var package = new Argument<string>("package") { Description = "The package that the file is to publish" };
        var file = new Argument<string>("file") { Description = "The workflow or pipeline file" };
        var policy = new Option<string?>("--policy") { Description = "The policy under which it is to publish; without it, each of the package" };
        var path = new Option<string?>("--path") { Description = "Where the file stands in its repository, if not where it is named" };
        var command = new Command("lint", "Says why a workflow file would not publish a package; fails when it finds an error") { package, file, policy, path };
        command.SetAction((parsed, stop) =>
        {
            var body = new JsonObject
            {
                ["package"] = parsed.GetValue(package),
                ["file"] = new JsonObject { ["path"] = parsed.GetValue(path) ?? Named(parsed.GetValue(file)!), ["text"] = Read(parsed.GetValue(file)!) },
            };
            if (parsed.GetValue(policy) is { } id)
            {
                body["policy"] = id;
            }
            return AdminCommands.Send(parsed, data, "/lint", body, stop);
        });
        return command;
    }

    private static string Named(string file) => file.StartsWith("./", StringComparison.Ordinal) ? file[2..] : file;

    private static string Read(string file)
    {
        try
        {
            return file == StandardInput ? Console.In.ReadToEnd() : File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefused($"{file} cannot be read: {failure.Message}");
        }
    }

    // What is wrong with it stays unsaid: the text may be a credential.
    private static JsonObject Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new StartRefused("A simulation is a JSON object. For a bare token, say with --package what it is for.");
        }
        catch (JsonException)
        {
            throw new StartRefused("The file is not JSON. For a bare token, say with --package what it is for.");
        }
    }
}
