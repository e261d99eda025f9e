using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin log …</c></summary>
internal static class LogCommands
{
    public static Command Log(Option<string> data)
    {
        var show = new Command("show", "Shows how far the log is, and its keys");
        show.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/log/show", [], stop));
        var check = new Command("check", "Compares leaves, tiles, checkpoint and stored versions");
        check.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/log/check", [], stop));
        var origin = new Option<string>("--origin") { Required = true, Description = "The new name, one that it never had: log2.npm.acme.example" };
        var reopen = new Command("reopen", "Gives a log another name that goes on from an older copy of the database") { origin };
        reopen.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/log/reopen", new JsonObject { ["origin"] = parsed.GetValue(origin) }, stop));
        return new Command("log", "The transparency log") { show, check, reopen };
    }
}
