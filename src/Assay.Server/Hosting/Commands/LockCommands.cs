using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin lock …</c>.</summary>
internal static class LockCommands
{
    public static Command All(Option<string> data) => new("lock", "What publishes of a package or in a scope have to prove") { Set(data), List(data) };

    private static Command Set(Option<string> data)
    {
        var target = new Argument<string>("target") { Description = "A package, or a scope like @acme" };
        var wanted = new Argument<string>("lock") { Description = "oidc-only, 2fa-or-oidc or tokens-allowed" };
        var now = new Option<bool>("--now") { Description = "Loosen it at once, without the waiting time" };
        var set = new Command("set", "Sets a lock; a looser one takes effect after the waiting time") { target, wanted, now };
        set.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/lock/set", new JsonObject
        {
            ["target"] = parsed.GetValue(target),
            ["lock"] = parsed.GetValue(wanted),
            ["now"] = parsed.GetValue(now),
        }, stop));
        return set;
    }

    private static Command List(Option<string> data)
    {
        var list = new Command("list", "Shows the locks that were set, by whom, and what waits to be loosened");
        list.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/lock/list", [], stop));
        return list;
    }
}
