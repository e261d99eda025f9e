using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin advisories …</c></summary>
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
}
