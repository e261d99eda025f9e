using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin user …</c>: each command is one request to the operator's socket.</summary>
internal static class AdminCommands
{
    public static Command User(Option<string> data)
    {
        var name = new Argument<string>("name") { Description = "The user name" };
        var email = new Option<string>("--email") { Required = true, Description = "E-mail address" };
        var admin = new Option<bool>("--admin") { Description = "Make them an administrator" };
        var password = new Option<bool>("--password-stdin") { Required = true, Description = "Read the password from standard input" };
        var add = new Command("add", "Creates a person") { name, email, admin, password };
        add.SetAction((parsed, stop) => Send(parsed, data, "/user/add", new JsonObject
        {
            ["name"] = parsed.GetValue(name),
            ["email"] = parsed.GetValue(email),
            ["administrator"] = parsed.GetValue(admin),
            ["password"] = Console.In.ReadToEnd().TrimEnd('\r', '\n'),
        }, stop));
        var whose = new Argument<string>("name") { Description = "The user name" };
        var reset = new Command("reset-factors", "Takes every second factor, recovery code and signed-in browser away from somebody who lost theirs") { whose };
        reset.SetAction((parsed, stop) => Send(parsed, data, "/user/reset-factors", new JsonObject { ["name"] = parsed.GetValue(whose) }, stop));
        return new Command("user", "People") { add, reset };
    }

    public static Task<int> Send(ParseResult parsed, Option<string> data, string path, JsonObject body, CancellationToken cancellationToken) =>
        AdminClient.RunAsync(new StartSettings(parsed.GetValue(data)!, null, []), path, body, cancellationToken);
}
