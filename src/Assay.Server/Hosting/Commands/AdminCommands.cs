using System.CommandLine;
using System.Text.Json.Nodes;

namespace Assay.Server.Hosting.Commands;

/// <summary><c>admin user …</c> and <c>admin issuer …</c>: each is one request to the operator's socket.</summary>
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
        return new Command("user", "People") { add };
    }

    public static Command Issuer(Option<string> data) => new("issuer", "Trusted issuers of identity tokens")
    {
        AddIssuer(data),
        Plain("list", "Shows the trusted issuers", data, "/issuer/list"),
        Named("check", "Fetches an issuer's keys now and says what is wrong", data, "/issuer/check"),
    };

    public static Command Attempts(Option<string> data)
    {
        var package = new Argument<string>("package") { Description = "The package name" };
        var command = new Command("attempts", "Shows the latest exchanges of identity tokens for a package, granted and refused") { package };
        command.SetAction((parsed, stop) => Send(parsed, data, "/attempts", new JsonObject { ["package"] = parsed.GetValue(package) }, stop));
        return command;
    }

    private static Command AddIssuer(Option<string> data)
    {
        var id = new Argument<string>("id") { Description = "A name for it, e.g. corp-gitlab" };
        var provider = new Option<string>("--provider") { Required = true, Description = "github, gitlab or circleci" };
        var names = new Option<string[]>("--names")
        {
            Description = "Packages that it may publish, e.g. '@acme/*'; '*' for all; without it, none",
            AllowMultipleArgumentsPerToken = true,
        };
        var issuer = new Option<string?>("--issuer") { Description = "The issuer's URL exactly as in its tokens; default: the provider's public one" };
        var constants = new Option<string[]>("--const") { Description = "A constant of the provider, e.g. config_host=gitlab.acme.example" };
        var jwks = new Option<FileInfo?>("--jwks") { Description = "A file with the issuer's keys, instead of fetching them" };
        var addresses = new Option<string[]>("--allow-address") { Description = "A private address range that its keys may be fetched from, e.g. 10.1.0.0/16" };
        var insecure = new Option<bool>("--insecure-http") { Description = "Allow plain http, on loopback only" };
        var add = new Command("add", "Trusts an issuer") { id, provider, names, issuer, constants, jwks, addresses, insecure };
        add.SetAction((parsed, stop) => Send(parsed, data, "/issuer/add", new JsonObject
        {
            ["id"] = parsed.GetValue(id),
            ["provider"] = parsed.GetValue(provider),
            ["issuer"] = parsed.GetValue(issuer),
            ["names"] = Texts(parsed.GetValue(names)),
            ["constants"] = Texts(parsed.GetValue(constants)),
            ["jwks"] = parsed.GetValue(jwks) is { } file ? File.ReadAllText(file.FullName) : null,
            ["addresses"] = Texts(parsed.GetValue(addresses)),
            ["insecureHttp"] = parsed.GetValue(insecure),
        }, stop));
        return add;
    }

    private static Command Plain(string name, string description, Option<string> data, string path)
    {
        var command = new Command(name, description);
        command.SetAction((parsed, stop) => Send(parsed, data, path, [], stop));
        return command;
    }

    private static Command Named(string name, string description, Option<string> data, string path)
    {
        var id = new Argument<string>("id") { Description = "The issuer's name here" };
        var command = new Command(name, description) { id };
        command.SetAction((parsed, stop) => Send(parsed, data, path, new JsonObject { ["id"] = parsed.GetValue(id) }, stop));
        return command;
    }

    private static Task<int> Send(ParseResult parsed, Option<string> data, string path, JsonObject body, CancellationToken cancellationToken) =>
        AdminClient.RunAsync(new StartSettings(parsed.GetValue(data)!, null, []), path, body, cancellationToken);

    private static JsonArray Texts(string[]? values) => new([.. (values ?? []).Select(value => JsonValue.Create(value))]);
}
