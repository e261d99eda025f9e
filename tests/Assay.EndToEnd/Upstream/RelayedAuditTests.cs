using System.Text.Json.Nodes;
using Assay.EndToEnd.Clients;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Upstream;

/// <summary>The audits of stock clients of a tree with a package of ours and one of a registry behind this one, which alone knows that its own is vulnerable.</summary>
public sealed class RelayedAuditTests : IAsyncLifetime
{
    private const string Theirs = "vulnerable-thing";
    private const string Ours = "@acme/secret-thing";
    private const string Title = "Prototype pollution in vulnerable-thing";

    private readonly TemporaryFolder folder = new();
    private World behind = null!;
    private RelayedRegistry door = null!;
    private World world = null!;

    [Fact]
    public async Task Npm_names_what_is_vulnerable_upstream_and_fails_when_the_upstream_is_down()
    {
        using var npm = await world.MemberAsync();
        using var app = Depending();
        (await npm.RunAsync(app.Path, "install")).ShouldSucceed();

        var audit = await npm.RunAsync(app.Path, "audit");
        var json = await npm.RunAsync(app.Path, "audit", "--json");
        door.IsShut = true;
        var down = await npm.RunAsync(app.Path, "audit");
        var downJson = await npm.RunAsync(app.Path, "audit", "--json");
        var install = await npm.RunAsync(app.Path, "install", "--audit");

        Assert.Equal(1, audit.ExitCode);
        Assert.Contains($"{Theirs}  1.0.0", audit.Output, StringComparison.Ordinal);
        Assert.Contains("Severity: high", audit.Output, StringComparison.Ordinal);
        Assert.Contains(Title, audit.Output, StringComparison.Ordinal);
        Assert.Contains("1 of the packages are this registry's own", audit.Errors, StringComparison.Ordinal);
        Assert.Equal(1, json.ExitCode);
        Assert.Equal([Theirs], ((JsonObject)JsonNode.Parse(json.Output)!["vulnerabilities"]!).Select(found => found.Key));
        ShouldNotBeClean(down);
        Assert.Contains("Whether these packages are vulnerable is not known: npm (", down.Printed, StringComparison.Ordinal);
        ShouldNotBeClean(downJson);
        Assert.Null(JsonNode.Parse(downJson.Output)!["vulnerabilities"]);
        install.ShouldSucceed();
        Assert.DoesNotContain("vulnerabilities", install.Output, StringComparison.Ordinal);
        Assert.Contains("npm notice Whether these packages are vulnerable is not known", install.Errors, StringComparison.Ordinal);
        Assert.All(door.Posted, body => Assert.Equal($$"""{"{{Theirs}}":["1.0.0"]}""", body));
    }

    [Theory]
    [InlineData("pnpm")]
    [InlineData("yarn")]
    [InlineData("bun")]
    public async Task Other_clients_do_so_too(string name)
    {
        using var app = Depending();
        var (client, audit) = await ClientAsync(name, app);

        using (client)
        {
            (await client.RunAsync(app.Path, "install")).ShouldSucceed();
            var found = await client.RunAsync(app.Path, audit);
            door.IsShut = true;
            var down = await client.RunAsync(app.Path, audit);

            Assert.Equal(1, found.ExitCode);
            Assert.Contains(Title, found.Printed, StringComparison.Ordinal);
            ShouldNotBeClean(down);
            Assert.NotEmpty(door.Posted);
            Assert.All(door.Posted, body => Assert.Equal($$"""{"{{Theirs}}":["1.0.0"]}""", body));
        }
    }

    public async ValueTask InitializeAsync()
    {
        behind = await World.StartAsync();
        await behind.PublishedByMemberAsync(Theirs, "1.0.0", "1.2.0");
        await Advisories.ImportedAsync(behind, Theirs, Title);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "token"), behind.MemberToken);
        door = await RelayedRegistry.StartAsync(behind.Server.Url);
        world = await World.StartAsync(
            $"--Assay:Upstream:Registries:npm:Url={door.Url}",
            $"--Assay:Upstream:Registries:npm:TokenFile={Path.Combine(folder.Path, "token")}",
            "--Assay:Advisories:Source=Upstream");
        (await world.Server.AdminAsync(input: null, "name", "own", "@acme")).ShouldSucceed();
        await world.PublishedByMemberAsync(Ours, "1.0.0");
    }

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        await door.DisposeAsync();
        await behind.DisposeAsync();
        folder.Dispose();
    }

    private static App Depending()
    {
        var app = App.DependingOn(Ours);
        app.Write("package.json", new JsonObject
        {
            ["name"] = "secret-app",
            ["version"] = "7.7.7",
            ["private"] = true,
            ["dependencies"] = new JsonObject { [Ours] = "1.0.0", [Theirs] = "1.0.0" },
        }.ToJsonString());

        return app;
    }

    private async Task<(PackageManager Client, string[] Audit)> ClientAsync(string name, App app)
    {
        string[] settings = [$"registry={world.Server.Url}", PackageManager.TokenLine(world.Server.Url, world.MemberToken)];

        switch (name)
        {
            case "pnpm":
                return (await PackageManager.CreateAsync(PinnedClient.Pnpm, settings), ["audit"]);
            case "bun":
                return (await PackageManager.CreateAsync(PinnedClient.Bun, settings), ["audit"]);
            default:
                app.Write("yarn.lock", "");
                app.Write(".yarnrc.yml",
                    $"npmRegistryServer: \"{world.Server.Url}\"\nnpmAuthToken: {world.MemberToken}\nnpmAlwaysAuth: true\nnodeLinker: node-modules\n"
                    + "npmMinimalAgeGate: 0\nenableTelemetry: false\nhttpRetry: 0\nunsafeHttpWhitelist: [localhost]\n");

                return (await PackageManager.CreateAsync(PinnedClient.YarnBerry), ["npm", "audit"]);
        }
    }

    private static void ShouldNotBeClean(Finished audit)
    {
        Assert.NotEqual(0, audit.ExitCode);
        Assert.DoesNotContain("found 0 vulnerabilities", audit.Printed, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("no known vulnerabilities", audit.Printed, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("no vulnerabilities found", audit.Printed, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("no audit suggestions", audit.Printed, StringComparison.OrdinalIgnoreCase);
    }
}
