using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary>What <c>admin user</c> does with people and invitations.</summary>
internal static class PersonCommands
{
    public static Command Invite(Option<string> data)
    {
        var name = Name();
        var email = new Option<string?>("--email") { Description = "E-mail address; not needed with --again" };
        var admin = new Option<bool>("--admin") { Description = "Make them an administrator" };
        var again = new Option<bool>("--again") { Description = "Make another link for an invitation that is open; the one before is good no more" };
        var show = Show();
        var invite = new Command("invite", "Invites a person: a link, by mail where mail is set up, that lets them choose a password") { name, email, admin, again, show };
        invite.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/user/invite", new JsonObject
        {
            ["name"] = parsed.GetValue(name),
            ["email"] = parsed.GetValue(email),
            ["administrator"] = parsed.GetValue(admin),
            ["again"] = parsed.GetValue(again),
            ["showLink"] = parsed.GetValue(show),
        }, stop));
        return invite;
    }

    public static Command Invitations(Option<string> data)
    {
        var list = new Command("invitations", "Shows the invitations that are open");
        list.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/user/invitations", [], stop));
        return list;
    }

    public static Command List(Option<string> data)
    {
        var list = new Command("list", "Shows the people of this registry");
        list.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/user/list", [], stop));
        return list;
    }

    public static Command ResetPassword(Option<string> data)
    {
        var (name, show) = (Name(), Show());
        var reset = new Command("reset-password", "Makes a password count no more, ends every sign-in, and lets the person choose another by a link") { name, show };
        reset.SetAction((parsed, stop) => AdminCommands.Send(
            parsed, data, "/user/reset-password", new JsonObject { ["name"] = parsed.GetValue(name), ["showLink"] = parsed.GetValue(show) }, stop));
        return reset;
    }

    /// <summary>A command that takes a name and nothing else.</summary>
    public static Command About(Option<string> data, string verb, string description)
    {
        var name = Name();
        var command = new Command(verb, description) { name };
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, $"/user/{verb}", new JsonObject { ["name"] = parsed.GetValue(name) }, stop));
        return command;
    }

    private static Argument<string> Name() => new("name") { Description = "The user name" };

    private static Option<bool> Show() => new("--show-link") { Description = "Print the link instead of mailing it" };
}
