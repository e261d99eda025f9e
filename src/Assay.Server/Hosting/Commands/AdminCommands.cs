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
        return new Command("user", "People")
        {
            add,
            PersonCommands.Invite(data),
            PersonCommands.Invitations(data),
            PersonCommands.About(data, "uninvite", "Makes an invitation good no more"),
            PersonCommands.List(data),
            PersonCommands.About(data, "disable", "Ends every sign-in and token of somebody and lets nobody sign in as them; their name and history stay"),
            PersonCommands.About(data, "enable", "Lets somebody sign in again"),
            PersonCommands.About(data, "promote", "Makes somebody an administrator"),
            PersonCommands.About(data, "demote", "Makes somebody an administrator no more"),
            PersonCommands.About(data, "reset-factors", "Takes every second factor, recovery code and signed-in browser away from somebody who lost theirs"),
            PersonCommands.ResetPassword(data),
            PersonCommands.About(data, "sessions", "Shows where somebody is signed in"),
            PersonCommands.About(data, "end-sessions", "Signs somebody out everywhere, in terminals and browsers"),
        };
    }

    public static Task<int> Send(ParseResult parsed, Option<string> data, string path, JsonObject body, CancellationToken cancellationToken) =>
        AdminClient.RunAsync(new StartSettings(parsed.GetValue(data)!, null, []), path, body, cancellationToken);
}
