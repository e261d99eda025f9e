using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin key …</c></summary>
internal static class KeyCommands
{
    public static Command Key(Option<string> data)
    {
        var list = new Command("list", "Shows the registry's keys");
        list.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/key/list", [], stop));
        var purpose = new Argument<string>("purpose") { Description = "Which: registry (signs versions)" };
        var rotate = new Command("rotate", "Makes a new key; what the one before signed stays good") { purpose };
        rotate.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/key/rotate", new JsonObject { ["purpose"] = parsed.GetValue(purpose) }, stop));
        return new Command("key", "Keys that the registry signs with") { list, rotate };
    }
}
