using System.CommandLine;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin secrets …</c></summary>
internal static class SecretsCommands
{
    public static Command Secrets(Option<string> data)
    {
        var forget = new Command("forget", "Forgets what was sealed with a key that is lost for good: codes of apps and secrets of webhooks; refused while the key is there");
        forget.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/secrets/forget", [], stop));
        return new Command("secrets", "Secrets that are sealed with the registry's key") { forget };
    }
}
