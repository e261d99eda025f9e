using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>backup</c>, <c>verify</c> and <c>admin gc</c>: beside a running server and without one.</summary>
internal static class OperationCommands
{
    public static Command Backup(Option<string> data)
    {
        var file = new Argument<string>("file") { Description = "Where to write it; FILE.part until it is whole. An interrupted backup goes on where it stopped" };
        var backup = new Command("backup", "Writes the whole registry as of one moment into one file, private keys included; publishing goes on meanwhile") { file };
        backup.SetAction((parsed, stop) =>
            AdminCommands.Send(parsed, data, "/backup", new JsonObject { ["file"] = Path.GetFullPath(parsed.GetValue(file)!) }, stop));
        return backup;
    }

    public static Command Verify(Option<string> data)
    {
        var verify = new Command("verify", "Reads everything that is stored and compares it with what was signed and logged; fails when it finds a fault");
        verify.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/verify", [], stop));
        return verify;
    }

    public static Command Gc(Option<string> data)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be deleted" };
        var gc = new Command("gc", "Deletes the bytes of what was unpublished, once nobody has put them for Assay:Blobs:GraceHours") { dryRun };
        gc.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/gc", new JsonObject { ["dryRun"] = parsed.GetValue(dryRun) }, stop));
        return gc;
    }
}
