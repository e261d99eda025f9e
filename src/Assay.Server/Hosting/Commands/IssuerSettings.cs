using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Data;

namespace Assay.Server.Hosting.Commands;

/// <summary>What <c>issuer add</c> and <c>issuer edit</c> have in common. An option that is not given is not sent.</summary>
internal sealed class IssuerSettings
{
    private readonly Option<string[]> names = Many("--names", "Packages that it may publish, e.g. '@acme/*'; '*' for all; without it, none");
    private readonly Option<string[]> constants = Many("--const", "A constant of the provider, e.g. config_host=gitlab.acme.example");
    private readonly Option<FileInfo?> jwks = new("--jwks")
    {
        Description = "A file with the issuer's keys, instead of fetching them",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string[]> addresses = Many("--allow-address", "A private address range that its keys may be fetched from, e.g. 10.1.0.0/16");
    private readonly Option<string?> audience = new("--audience")
    {
        Description = "The audience that its administrator set, where it is not this registry's own",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> shared = new("--accept-shared-audience") { Description = "Accept tokens that are good at other places too" };
    private readonly Option<string[]> required = Many("--require-claim", "A claim that the provider calls optional and this issuer always sends");
    private readonly Option<string[]> owners = Many("--learn-owner", "Ids of project owners that policies may learn at their first success; without it, any");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { names, constants, audience, shared, required, owners, jwks, addresses })
        {
            command.Add(option);
        }
    }

    public JsonObject Read(ParseResult parsed)
    {
        var body = new JsonObject();
        void Say(Option option, string name, Func<JsonNode?> value)
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                body[name] = value();
            }
        }
        Say(names, "names", () => Texts(parsed.GetValue(names)));
        Say(constants, "constants", () => Constants(parsed.GetValue(constants) ?? []));
        Say(audience, "audience", () => parsed.GetValue(audience));
        Say(shared, "acceptSharedAudience", () => parsed.GetValue(shared));
        Say(required, "requireClaims", () => Texts(parsed.GetValue(required)));
        Say(owners, "learnOwners", () => Texts(parsed.GetValue(owners)));
        Say(jwks, "jwks", () => parsed.GetValue(jwks) is { } file ? Text(file) : null);
        Say(addresses, "addresses", () => Texts(parsed.GetValue(addresses)));
        return body;
    }

    /// <exception cref="StartRefused">One of them is not NAME=MEMBER, NAME=MEMBER/INNER or NAME=["MEMBER",…].</exception>
    public static JsonObject Places(IReadOnlyList<string> claims) => Pairs("--claim", claims, place =>
        place.StartsWith('[') ? Members(place) : new JsonArray([.. place.Split('/').Select(member => JsonValue.Create(member))]));

    private static JsonObject Constants(IReadOnlyList<string> constants) => Pairs("--const", constants, value => JsonValue.Create(value));

    private static JsonObject Pairs(string option, IReadOnlyList<string> texts, Func<string, JsonNode?> read)
    {
        var pairs = new JsonObject();
        foreach (var text in texts)
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } name, var value] || !pairs.TryAdd(name, read(value)))
            {
                throw new StartRefused($"{option}: '{text}' is not NAME=VALUE, or its name was given before.");
            }
        }
        return pairs;
    }

    private static JsonNode Members(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonArray ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new StartRefused($"--claim: '{json}' is not a JSON list of member names.");
        }
    }

    private static string Text(FileInfo file)
    {
        try
        {
            return File.ReadAllText(file.FullName);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new StartRefused($"--jwks: {unreadable.Message}");
        }
    }

    private static JsonArray Texts(string[]? values) => new([.. (values ?? []).Select(value => JsonValue.Create(value))]);

    private static Option<string[]> Many(string name, string description) => new(name)
    {
        Description = description,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.ZeroOrMore,
    };
}
