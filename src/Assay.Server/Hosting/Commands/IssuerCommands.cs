using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin issuer …</c>: each is one request to the operator's socket.</summary>
internal static class IssuerCommands
{
    public static Command All(Option<string> data) => new("issuer", "Trusted issuers of identity tokens")
    {
        Add(data),
        List(data),
        Named("show", "Shows all about one issuer", data),
        Named("check", "Fetches an issuer's keys now and says what is wrong", data),
        Edit(data),
        Named("disable", "Refuses an issuer's tokens, and revokes what was given for them", data),
        Named("enable", "Trusts a disabled issuer again", data),
        Named("accept", "Accepts a provider's definition that was changed since the issuer was added", data),
        Remove(data),
    };

    private static Command Add(Option<string> data)
    {
        var id = new Argument<string>("id") { Description = "A name for it, e.g. corp-gitlab" };
        var provider = new Option<string>("--provider") { Required = true, Description = "The kind of CI or workload, e.g. github, gitlab, circleci, jenkins" };
        var issuer = new Option<string?>("--issuer") { Description = "The issuer's URL exactly as in its tokens; default: the provider's public one" };
        var claims = new Option<string[]>("--claim")
        {
            Description = "Where its tokens hold a claim that the provider leaves to you: name=member, name=member/inner, or name='[\"with/slash\",\"inner\"]'",
        };
        var insecure = new Option<bool>("--insecure-http") { Description = "Allow plain http, on loopback only" };
        var settings = new IssuerSettings();
        var add = new Command("add", "Trusts an issuer") { id, provider, issuer, claims, insecure };
        settings.AddTo(add);
        add.SetAction((parsed, stop) =>
        {
            var body = settings.Read(parsed);
            body["id"] = parsed.GetValue(id);
            body["provider"] = parsed.GetValue(provider);
            body["issuer"] = parsed.GetValue(issuer);
            body["claims"] = IssuerSettings.Places(parsed.GetValue(claims) ?? []);
            body["insecureHttp"] = parsed.GetValue(insecure);
            return AdminCommands.Send(parsed, data, "/issuer/add", body, stop);
        });
        return add;
    }

    private static Command Edit(Option<string> data)
    {
        var id = new Argument<string>("id") { Description = "The issuer's name here" };
        var settings = new IssuerSettings();
        var edit = new Command("edit", "Changes an issuer: each option that is given replaces what was said before; without a value, it takes it away") { id };
        settings.AddTo(edit);
        edit.SetAction((parsed, stop) =>
        {
            var body = settings.Read(parsed);
            body["id"] = parsed.GetValue(id);
            return AdminCommands.Send(parsed, data, "/issuer/edit", body, stop);
        });
        return edit;
    }

    private static Command Remove(Option<string> data)
    {
        var id = new Argument<string>("id") { Description = "The issuer's name here" };
        var force = new Option<bool>("--force") { Description = "End the trust policies that name it" };
        var remove = new Command("remove", "Ends the trust in an issuer for good") { id, force };
        remove.SetAction((parsed, stop) => AdminCommands.Send(
            parsed, data, "/issuer/remove", new JsonObject { ["id"] = parsed.GetValue(id), ["force"] = parsed.GetValue(force) }, stop));
        return remove;
    }

    private static Command List(Option<string> data)
    {
        var list = new Command("list", "Shows the trusted issuers");
        list.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, "/issuer/list", [], stop));
        return list;
    }

    private static Command Named(string name, string description, Option<string> data)
    {
        var id = new Argument<string>("id") { Description = "The issuer's name here" };
        var command = new Command(name, description) { id };
        command.SetAction((parsed, stop) => AdminCommands.Send(parsed, data, $"/issuer/{name}", new JsonObject { ["id"] = parsed.GetValue(id) }, stop));
        return command;
    }
}
