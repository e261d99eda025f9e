using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin token …</c>.</summary>
internal static class TokenCommands
{
    public static Command All(Option<string> data) => new("token", "People's access tokens: what they are for, and their end")
    {
        List(data),
        Revoke(data),
    };

    private static Command List(Option<string> data)
    {
        var person = new Option<string?>("--person") { Description = "Whose; everybody's without it" };
        var list = new Command("list", "Shows the tokens that are good, with their keys, what they reach and when they were last used") { person };
        list.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/token/list", new JsonObject { ["person"] = parsed.GetValue(person) }, stop));
        return list;
    }

    private static Command Revoke(Option<string> data)
    {
        var key = new Argument<string?>("key") { Arity = ArgumentArity.ZeroOrOne, Description = "The key of one token" };
        var person = new Option<string?>("--person") { Description = "Ends all tokens of this person, their sign-ins among them" };
        var revoke = new Command("revoke", "Ends one token, or all of a person") { key, person };
        revoke.SetAction((parsed, stop) => AdminCommands.Send(
            parsed, data, "/token/revoke", new JsonObject { ["key"] = parsed.GetValue(key), ["person"] = parsed.GetValue(person) }, stop));
        return revoke;
    }
}
