using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin report …</c>.</summary>
internal static class ReportCommands
{
    public static Command All(Option<string> data) => new("report", "What readers reported about packages") { List(data), Show(data), Close(data) };

    private static Command List(Option<string> data)
    {
        var package = new Option<string?>("--package") { Description = "Only of this package" };
        var kind = new Option<string?>("--kind") { Description = "Only malware, vulnerability, impersonation or other" };
        var all = new Option<bool>("--all") { Description = "Also those that were closed" };
        var before = new Option<int?>("--before") { Description = "Only older than this one" };
        var list = new Command("list", "Shows the reports, the newest first") { package, kind, all, before };
        list.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/report/list", new JsonObject
        {
            ["package"] = parsed.GetValue(package),
            ["kind"] = parsed.GetValue(kind),
            ["all"] = parsed.GetValue(all),
            ["before"] = parsed.GetValue(before),
        }, stop));
        return list;
    }

    private static Command Show(Option<string> data)
    {
        var id = IdArgument();
        var show = new Command("show", "Shows a report with its text") { id };
        show.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/report/show", new JsonObject { ["id"] = parsed.GetValue(id) }, stop));
        return show;
    }

    private static Command Close(Option<string> data)
    {
        var id = IdArgument();
        var outcome = new Option<string>("--outcome") { Required = true, Description = "confirmed, not-confirmed or duplicate" };
        var text = new Option<string>("--text") { Required = true, Description = "What the reporter is told" };
        var close = new Command("close", "Closes a report and tells who made it") { id, outcome, text };
        close.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/report/close", new JsonObject
        {
            ["id"] = parsed.GetValue(id),
            ["outcome"] = parsed.GetValue(outcome),
            ["text"] = parsed.GetValue(text),
        }, stop));
        return close;
    }

    private static Argument<int> IdArgument() => new("id") { Description = "The report's number" };
}
