using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin advisories …</c>, those of others, and <c>admin advisory …</c>, our own.</summary>
internal static class AdvisoryCommands
{
    public static Command Advisories(Option<string> data)
    {
        var path = new Argument<string>("path") { Description = "OSV's documents of npm: a zip or a directory with one file for each, or a file with one a line" };
        var import = new Command("import", "Takes over security advisories in place of those before; npm audit is answered from them") { path };
        import.SetAction((parsed, stop) => AdminCommands.Send(
            parsed, data, "/advisories/import", new JsonObject { ["path"] = Path.GetFullPath(parsed.GetValue(path)!) }, stop));
        var show = new Command("show", "Shows what was imported and how fresh it is");
        show.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/advisories/show", [], stop));
        return new Command("advisories", "Security advisories, for npm audit") { import, show };
    }

    public static Command Advisory(Option<string> data) => new("advisory", "This registry's own advisories, about its packages") { Issue(data), List(data), Withdraw(data) };

    private static Command Issue(Option<string> data)
    {
        var package = new Argument<string>("name") { Description = "The package" };
        var versions = new Option<string>("--versions") { Required = true, Description = "The affected versions, a range: '<1.2.0', '1.4.2', '*'" };
        var malicious = new Option<bool>("--malicious") { Description = "They do harm on purpose" };
        var severity = new Option<string?>("--severity") { Description = "low, moderate, high or critical" };
        var summary = new Option<string>("--summary") { Required = true, Description = "What it is, in one line" };
        var fix = new Option<string?>("--fixed") { Description = "The version with the fix: no version from it on is affected" };
        var issue = new Command("issue", "Issues an advisory; from then on it is part of every audit") { package, versions, malicious, severity, summary, fix };
        issue.SetAction((parsed, stop) =>
        {
            var body = new JsonObject
            {
                ["package"] = parsed.GetValue(package),
                ["versions"] = parsed.GetValue(versions),
                ["malicious"] = parsed.GetValue(malicious),
                ["severity"] = parsed.GetValue(severity),
                ["summary"] = parsed.GetValue(summary),
                ["fixed"] = parsed.GetValue(fix),
            };
            return AdminCommands.Send(parsed, data, "/advisory/issue", body, stop);
        });
        return issue;
    }

    private static Command List(Option<string> data)
    {
        var list = new Command("list", "Shows the advisories that were issued here");
        list.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/advisory/list", [], stop));
        return list;
    }

    private static Command Withdraw(Option<string> data)
    {
        var id = new Argument<string>("id") { Description = "The advisory, like ASSAY-2026-1" };
        var withdraw = new Command("withdraw", "Takes an advisory back: no audit names it any more") { id };
        withdraw.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/advisory/withdraw", new JsonObject { ["id"] = parsed.GetValue(id) }, stop));
        return withdraw;
    }
}
