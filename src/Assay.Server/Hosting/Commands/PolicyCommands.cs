using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Data;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin policy …</c> and <c>admin package …</c>.</summary>
internal static class PolicyCommands
{
    public static Command Policy(Option<string> data) => new("policy", "Trust policies: which CI runs may do what to which packages")
    {
        List(data),
        ById("show", "Shows a policy in full", data),
        Create(data),
        ById("end", "Ends a policy; one that denies may hold for a while yet", data),
        Rearm(data),
        Hygiene(data),
    };

    public static Command Package(Option<string> data)
    {
        var name = new Argument<string>("name") { Description = "The package" };
        var state = new Argument<string>("state") { Description = "on or off" };
        state.AcceptOnlyFromAmong("on", "off");
        var inherit = new Command("inherit", "Lets policies of patterns and scopes count for a package beside its own") { name, state };
        inherit.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/package/inherit", new JsonObject
        {
            ["package"] = parsed.GetValue(name),
            ["inherits"] = parsed.GetValue(state) == "on",
        }, stop));
        return new Command("package", "Packages") { inherit };
    }

    private static Command List(Option<string> data)
    {
        var target = new Option<string?>("--target") { Description = "Only those on this name or pattern, exactly as it was written" };
        var command = new Command("list", "Shows the policies that have not ended") { target };
        command.SetAction((parsed, stop) =>
            AdminCommands.Send(parsed, data, "/policy/list", new JsonObject { ["target"] = parsed.GetValue(target) }, stop));
        return command;
    }

    private static Command Create(Option<string> data)
    {
        var file = new Argument<FileInfo>("file") { Description = "The policy as JSON; docs/policies.md describes it" };
        var by = new Option<string?>("--by") { Description = "The administrator who answers for it; needed when there are several" };
        var command = new Command("create", "Writes a policy") { file, by };
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/policy/create", new JsonObject
        {
            ["policy"] = Read(parsed.GetValue(file)!),
            ["by"] = parsed.GetValue(by),
        }, stop));
        return command;
    }

    private static Command Rearm(Option<string> data)
    {
        var id = new Argument<string>("id") { Description = "The policy's id" };
        var forget = new Option<bool>("--forget-ids") { Description = "Learn the project's ids anew: it moved on purpose" };
        var command = new Command("rearm", "Gives a policy a new time to be used in") { id, forget };
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/policy/rearm", new JsonObject
        {
            ["id"] = parsed.GetValue(id),
            ["forgetIds"] = parsed.GetValue(forget),
        }, stop));
        return command;
    }

    private static Command Hygiene(Option<string> data)
    {
        var command = new Command("hygiene", "Shows what to look at: unused, unpinned, ungated, left behind, wider than needed");
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/policy/hygiene", [], stop));
        return command;
    }

    private static Command ById(string name, string description, Option<string> data)
    {
        var id = new Argument<string>("id") { Description = "The policy's id" };
        var command = new Command(name, description) { id };
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, $"/policy/{name}", new JsonObject { ["id"] = parsed.GetValue(id) }, stop));
        return command;
    }

    private static JsonNode? Read(FileInfo file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(file.FullName));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StartRefused($"Cannot read a policy from {file}: {failure.Message}");
        }
    }
}
