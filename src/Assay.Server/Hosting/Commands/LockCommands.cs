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
        var wanted = new Argument<string?>("lock") { Description = "oidc-only, 2fa-or-oidc or tokens-allowed", Arity = ArgumentArity.ZeroOrOne };
        var passkey = new Option<string?>("--phishing-resistant") { Description = "on or off: every sensitive act on it takes a passkey" };
        var second = new Option<string?>("--second-owner") { Description = "on or off: what widens trust in it waits for a second person" };
        var now = new Option<bool>("--now") { Description = "Loosen it at once, without the waiting time" };
        passkey.AcceptOnlyFromAmong("on", "off");
        second.AcceptOnlyFromAmong("on", "off");
        var set = new Command("set", "Sets a lock, or what is demanded besides; what is looser takes effect after the waiting time") { target, wanted, passkey, second, now };
        set.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/lock/set", new JsonObject
        {
            ["target"] = parsed.GetValue(target),
            ["lock"] = parsed.GetValue(wanted),
            ["phishingResistant"] = Switch(parsed.GetValue(passkey)),
            ["secondOwner"] = Switch(parsed.GetValue(second)),
            ["now"] = parsed.GetValue(now),
        }, stop));
        return set;
    }

    private static JsonNode? Switch(string? word) => word is null ? null : word == "on";

    private static Command List(Option<string> data)
    {
        var list = new Command("list", "Shows the locks that were set, by whom, and what waits to be loosened");
        list.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/lock/list", [], stop));
        return list;
    }
}
