using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin org …</c>.</summary>
internal static class OrganisationCommands
{
    public static Command All(Option<string> data) => new("org", "Organisations and their scopes; members and teams are theirs to manage, with npm org and npm team")
    {
        Add(data),
        List(data),
        new Command("scope", "The scopes of an organisation") { AddScope(data) },
    };

    private static Command Add(Option<string> data)
    {
        var name = new Argument<string>("name") { Description = "Its name; the scope of the same name becomes its own" };
        var owner = new Option<string>("--owner") { Required = true, Description = "The person who is its first owner" };
        var force = ForceOption();
        var add = new Command("add", "Makes an organisation") { name, owner, force };
        add.SetAction((parsed, stop) => AdminCommands.Send(
            parsed, data, "/org/add", new JsonObject { ["name"] = parsed.GetValue(name), ["owner"] = parsed.GetValue(owner), ["force"] = parsed.GetValue(force) }, stop));
        return add;
    }

    private static Command List(Option<string> data)
    {
        var list = new Command("list", "Shows the organisations with their scopes and owners");
        list.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/org/list", [], stop));
        return list;
    }

    private static Command AddScope(Option<string> data)
    {
        var name = new Argument<string>("organisation") { Description = "The organisation" };
        var scope = new Argument<string>("scope") { Description = "The scope, like @acme" };
        var force = ForceOption();
        var add = new Command("add", "Gives an organisation one more scope") { name, scope, force };
        add.SetAction((parsed, stop) => AdminCommands.Send(
            parsed, data, "/org/scope/add", new JsonObject { ["name"] = parsed.GetValue(name), ["scope"] = parsed.GetValue(scope), ["force"] = parsed.GetValue(force) }, stop));
        return add;
    }

    private static Option<bool> ForceOption() => new("--force") { Description = "Also when the scope would pass for another that is here" };
}
