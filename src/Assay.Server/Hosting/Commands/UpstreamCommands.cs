using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin name …</c> and <c>admin upstream …</c>.</summary>
internal static class UpstreamCommands
{
    public static Command Name(Option<string> data) => new("name", "Scopes and names that are this registry's")
    {
        OfName("own", "Makes a scope or name this registry's: no upstream answers for it any more", data),
        OfName("release", "Takes that back; names with packages stay this registry's", data),
        Plain("list", "Shows the scopes and names that were made this registry's", "/name/list", data),
    };

    public static Command Upstream(Option<string> data) => new("upstream", "Registries that answer for names that are not ours, and what of theirs is kept back")
    {
        Plain("list", "Shows the upstream registries, their names, and what of theirs is in the cache", "/upstream/list", data),
        Rule("quarantine", "Keeps a package or version back", data),
        Rule("release", "Serves a package or version whatever the guards say", data),
        Plain("rulings", "Shows what was quarantined or released", "/upstream/rulings", data),
        Lift(data),
        Plain("refusals", "Shows what was asked for and not given, to whom and why", "/upstream/refusals", data),
    };

    private static Command Plain(string name, string description, string path, Option<string> data)
    {
        var command = new Command(name, description);
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, path, [], stop));
        return command;
    }

    private static Command OfName(string verb, string description, Option<string> data)
    {
        var name = new Argument<string>("name") { Description = "A scope or a package: @acme, @acme/x, x" };
        var command = new Command(verb, description) { name };
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, $"/name/{verb}", new JsonObject { ["name"] = parsed.GetValue(name) }, stop));
        return command;
    }

    private static Command Rule(string verb, string description, Option<string> data)
    {
        var package = new Argument<string>("package") { Description = "A package, or a version of it: lodash, lodash@4.17.20" };
        var reason = new Option<string>("--reason") { Required = true, Description = "Why; shown to those who ask for it" };
        var command = new Command(verb, description) { package, reason };
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, $"/upstream/{verb}", new JsonObject
        {
            ["package"] = parsed.GetValue(package),
            ["reason"] = parsed.GetValue(reason),
        }, stop));
        return command;
    }

    private static Command Lift(Option<string> data)
    {
        var id = new Argument<string>("id") { Description = "The ruling's number" };
        var command = new Command("lift", "Takes a ruling back") { id };
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/upstream/lift", new JsonObject { ["id"] = parsed.GetValue(id) }, stop));
        return command;
    }
}
