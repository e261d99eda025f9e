using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;
using Assay.Trust.Providers;

namespace Assay.EndToEnd.Guides;

/// <summary>
/// Whoever follows a page publishes: the operator's command, the owner's policy and the job's step against a real registry. For every provider that
/// the registry has a definition of; the others' steps are tried against a registry that only listens.
/// </summary>
public sealed class RegistryTests(GuideWorld world) : IClassFixture<GuideWorld>
{
    public static TheoryData<string> KnownProviders => new(Guide.Providers.Intersect(ProviderCatalog.Shipped.Ids));

    [Theory]
    [MemberData(nameof(KnownProviders))]
    public async Task Who_follows_the_page_publishes(string provider)
    {
        var guide = new Guide(provider);
        var server = await world.ServerAsync();
        var package = new SamplePackage($"@acme/by-{provider}", "1.0.0");
        (await server.AdminAsync(input: null, IssuerCommand(guide, server.Url))).ShouldSucceed();
        await TrustAsync(guide, package.Name, server.Url);
        using var job = await GuideJob.StartAsync(guide, world.Ci, world.FlySocket, package, server.Url);

        (await job.RunStepAsync()).ShouldSucceed();

        using var http = new RegistryClient(server.Url);
        Assert.Equal(["1.0.0"], (await http.VersionsAsync(package.Name, await world.AdministratorTokenAsync())).Select(version => version.Key));
        await ShouldStateTheClaimsAsync(http, package.Name);
    }

    /// <summary>Every parameter of the registry's statement is a claim of the run's token, in a link or in part; the commit is the token's.</summary>
    private async Task ShouldStateTheClaimsAsync(RegistryClient http, string package)
    {
        var token = await world.AdministratorTokenAsync();
        var path = RegistryClient.Escape(package);
        var attempts = await http.CallAsync(HttpMethod.Get, $"/-/assay/v1/package/{path}/attempts", token);
        var granted = attempts["attempts"]!.AsArray().First(attempt => (string?)attempt!["outcome"] == "granted")!;
        string[] claims = [.. Texts(granted["claims"])];
        var attestations = await http.CallAsync(HttpMethod.Get, $"/-/assay/v1/attestations/{path}/1.0.0", token);
        var provenance = attestations["attestations"]!.AsArray().Single(each => (string?)each!["predicateType"] == "https://slsa.dev/provenance/v1")!;
        var definition = JsonNode.Parse(Convert.FromBase64String((string)provenance["bundle"]!["dsseEnvelope"]!["payload"]!))!["predicate"]!["buildDefinition"]!;
        var internals = definition["internalParameters"]!.DeepClone().AsObject();
        Assert.True(internals.Remove("identityToken", out var identity));

        string[] stated = [.. Texts(definition["externalParameters"]), .. Texts(internals)];
        Assert.NotEmpty(stated);
        Assert.All(stated, text => Assert.Contains(claims, claim => claim.Length > 0 && (text.Contains(claim, StringComparison.Ordinal) || claim.Contains(text, StringComparison.Ordinal))));
        Assert.All(Texts(definition["resolvedDependencies"]?[0]?["digest"]), commit => Assert.Contains(commit, claims));
        Assert.Equal((string?)granted["issuer"], (string?)identity!["issuer"]);
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Texts(member.Value)),
        JsonArray items => items.SelectMany(Texts),
        null => [],
        _ => [node.ToString()],
    };

    // The page's own command. Its issuer is the vendor's, whose keys are here the simulator's, uploaded; the three systems that the simulator
    // imitates have their issuer on loopback.
    private string[] IssuerCommand(Guide guide, Uri registry)
    {
        var command = guide.IssuerArguments(registry)[1..].ToList();

        if (guide.HasNativeTrust)
        {
            Option(command, "--issuer", guide.IssuerOf(world.Ci).OriginalString);
            command.Add("--insecure-http");
            command.AddRange(guide.Provider == "gitlab" ? ["--const", $"config_host={world.Ci.GitlabConfigHost}"] : []);
        }
        else
        {
            Option(command, "--issuer", (string)guide.Claims["iss"]!);
            Option(command, "--jwks", world.Write($"{guide.Provider}-keys.json", world.Ci.KeysOf(guide.Provider)));
        }

        return [.. command];
    }

    private async Task TrustAsync(Guide guide, string package, Uri registry)
    {
        var token = await world.AdministratorTokenAsync();

        if (guide.HasNativeTrust)
        {
            using var npm = await PackageManager.NpmAsync(registry, token);
            var command = guide.Page.Arguments($"npm trust {guide.Provider}", registry).Select(argument => argument == "@acme/hello" ? package : argument);
            (await npm.RunAnywhereAsync([.. command, "--yes"])).ShouldSucceed();
            return;
        }

        using var http = new RegistryClient(registry);
        await http.AddPolicyAsync(package, token, (JsonObject)JsonNode.Parse(guide.Page.Block("json policy"))!);
    }

    private static void Option(List<string> command, string option, string value)
    {
        var at = command.IndexOf(option);

        if (at < 0)
        {
            command.AddRange([option, value]);
        }
        else
        {
            command[at + 1] = value;
        }
    }
}
