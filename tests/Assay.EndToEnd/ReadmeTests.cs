using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.EndToEnd.Harness;
using Assay.Server.Tests.Fixtures;
using YamlDotNet.Serialization;

namespace Assay.EndToEnd;

/// <summary>The readme's commands in its order, and its workflow files.</summary>
public sealed class ReadmeTests
{
    private const string Password = "correct horse battery staple";

    private static readonly TimeSpan ForABuild = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Who_follows_the_readme_publishes_without_a_token_and_installs()
    {
        await using var ci = await CiSimulatorHost.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        using var data = new TemporaryFolder();
        var url = new Uri($"http://localhost:{FreePort.Next()}/");
        await using var server = Serve(url, data.Path);
        using var registry = new RegistryClient(url);
        using var owner = await PackageManager.CreateAsync(PinnedClient.Npm, "registry=http://localhost:1/");

        var setupCode = await server.HearAsync(@"The setup code is (\S+)", ForABuild);
        await BecomeAdministratorAsync(registry, setupCode);
        await AdminAsync(data.Path, Readme.Arguments("./run admin issuer add github", url), "--issuer", ci.Github.OriginalString, "--insecure-http");
        await AdminAsync(data.Path, Readme.Arguments("./run admin issuer add corp-gitlab", url));
        await SignInAsync(registry, owner, Readme.Arguments("npm login --registry", url));
        (await owner.RunAnywhereAsync([.. Readme.Arguments("npm trust github", url), "--yes"])).ShouldSucceed();
        (await owner.RunAnywhereAsync([.. Readme.Arguments("npm trust gitlab", url), "--yes"])).ShouldSucceed();

        (await PublishAsync(ci, url)).ShouldSucceed();

        await InstallAsync(registry, url);
        var attempts = await AdminAsync(data.Path, Readme.Arguments("./run admin attempts", url));
        Assert.Contains("granted", attempts.Output, StringComparison.OrdinalIgnoreCase);
        await server.TerminateAsync();
        Assert.Equal(0, (await server.EndAsync()).ExitCode);
    }

    [Fact]
    public void The_github_workflow_asks_for_an_identity_token_and_has_no_secret()
    {
        var file = Readme.File(".github/workflows/publish.yml");
        var workflow = Parse(file);

        Assert.Equal("write", (string?)workflow["permissions"]!["id-token"]);
        Assert.Equal("v*", (string?)workflow["on"]!["push"]!["tags"]![0]);
        Assert.Equal($"npm publish --registry {Readme.Registry}", (string?)workflow["jobs"]!["publish"]!["steps"]!.AsArray().Last()!["run"]);
        ShouldHoldNoSecret(file);
    }

    [Fact]
    public void The_gitlab_job_asks_for_an_identity_token_and_has_no_secret()
    {
        var file = Readme.File(".gitlab-ci.yml");
        var job = Parse(file)["publish"]!;

        Assert.Equal($"npm:{new Uri(Readme.Registry).Host}", (string?)job["id_tokens"]!["NPM_ID_TOKEN"]!["aud"]);
        Assert.Equal("$CI_COMMIT_TAG", (string?)job["rules"]![0]!["if"]);
        Assert.Equal($"npm publish --registry {Readme.Registry}", (string?)job["script"]!.AsArray().Last());
        ShouldHoldNoSecret(file);
    }

    private static Conversation Serve(Uri url, string data)
    {
        var arguments = Readme.Arguments("./run --urls", url).Select(argument => argument.Replace("4873", $"{url.Port}", StringComparison.Ordinal));

        return Conversation.Start(Path.Combine(Checkout.Root, "run"), [.. arguments, "--data", data], data);
    }

    private static async Task BecomeAdministratorAsync(RegistryClient registry, string setupCode)
    {
        var answer = await registry.SubmitAsync(
            "-/setup", ("code", setupCode), ("name", "alice"), ("email", "alice@acme.example"), ("password", Password));

        Assert.Contains("Whoever administers a registry can let anybody publish anything", answer, StringComparison.Ordinal);
    }

    private static async Task<Finished> AdminAsync(string data, string[] command, params string[] more) =>
        (await Command.RunAsync(Path.Combine(Checkout.Root, "run"), [.. command, .. more, "--data", data], data)).ShouldSucceed();

    private static async Task SignInAsync(RegistryClient registry, PackageManager npm, string[] command)
    {
        await using var login = npm.Converse(command);
        var page = await login.HearAsync(@"Login at:\s+(http\S+)");
        var code = await login.HearAsync(@"Your sign-in code is (\S+)\.");
        await registry.SubmitAsync(page, ("code", code), ("name", "alice"), ("password", Password));
        (await login.EndAsync()).ShouldSucceed();
    }

    // The workflow's own last step, in a job as GitHub would start it.
    private static async Task<Finished> PublishAsync(CiSimulatorHost ci, Uri url)
    {
        using var npm = await PackageManager.CreateAsync(PinnedClient.Npm);
        using var checkout = new TemporaryFolder();
        new SamplePackage("@acme/hello", "1.0.0").WriteTo(checkout.Path);
        var job = ci.StartGithub(new JsonObject { ["repository"] = "acme/hello", ["environment"] = "release" });

        return await npm.RunAsync(checkout.Path, job, ["publish", "--registry", url.ToString()]);
    }

    private static async Task InstallAsync(RegistryClient registry, Uri url)
    {
        using var npm = await PackageManager.CreateAsync(PinnedClient.Npm, "registry=http://localhost:1/");
        using var app = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(app.Path, "package.json"), """{"name":"app","private":true}""", TestContext.Current.CancellationToken);
        (await npm.RunAsync(app.Path, Readme.Arguments("npm config set", url))).ShouldSucceed();
        await SignInAsync(registry, npm, Readme.Arguments("npm login --scope", url));

        (await npm.RunAsync(app.Path, "install", "@acme/hello")).ShouldSucceed();

        Assert.True(File.Exists(Path.Combine(app.Path, "node_modules", "@acme", "hello", "index.js")));
    }

    private static JsonNode Parse(string yaml)
    {
        Assert.NotEmpty(yaml);
        var json = new SerializerBuilder().JsonCompatible().Build().Serialize(new DeserializerBuilder().Build().Deserialize(yaml)!);

        return JsonNode.Parse(json)!;
    }

    private static void ShouldHoldNoSecret(string file)
    {
        Assert.DoesNotContain("secrets", file, StringComparison.Ordinal);
        Assert.DoesNotContain("NPM_TOKEN", file, StringComparison.Ordinal);
        Assert.DoesNotContain("NODE_AUTH_TOKEN", file, StringComparison.Ordinal);
    }
}
