using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.People;

/// <summary><c>npm token</c>, and what an access token is good for.</summary>
public sealed class TokenTests(SharedWorld shared) : EndToEndTest(shared)
{
    private static readonly string[] Everything = ["--packages-all", "--packages-and-scopes-permission=read-write"];

    public static TheoryData<string> Npms => ["11", "12"];

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task A_created_token_is_shown_once_and_listed_without_its_secret(string version)
    {
        using var npm = await NpmAsync(version);

        var token = await CreateAsync(npm, $"listed{version}", "--packages-all", "--token-description=nightly", "--cidr=127.0.0.0/8,10.0.0.0/8", "--expires=2");
        var list = (await npm.RunAnywhereAsync("token", "list")).ShouldSucceed();
        var item = await ListedAsync(npm, $"listed{version}");

        Assert.Contains($"name listed{version}", list.Output, StringComparison.Ordinal);
        Assert.Contains("127.0.0.0/8,10.0.0.0/8", list.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(token, list.Output, StringComparison.Ordinal);
        Assert.Equal("nightly", (string?)item["description"]);
        Assert.InRange(DateTimeOffset.Parse((string)item["expiry"]!) - DateTimeOffset.Parse((string)item["created"]!), TimeSpan.FromHours(47), TimeSpan.FromHours(49));
    }

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task A_token_revoked_by_its_id_is_of_no_use_any_more(string version)
    {
        using var npm = await NpmAsync(version);
        var token = await CreateAsync(npm, $"revoked{version}", Everything);
        Assert.True(await World.Http.KnowsAsync(token));

        (await npm.RunAnywhereAsync("token", "revoke", (string)(await ListedAsync(npm, $"revoked{version}"))["key"]!)).ShouldSucceed();

        Assert.False(await World.Http.KnowsAsync(token));
    }

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task A_token_with_no_permission_named_only_reads(string version)
    {
        using var member = await NpmAsync(version);
        await World.PublishedByMemberAsync($"@acme/token-read-{version}", "1.0.0");
        using var npm = await NpmAsync(version, await CreateAsync(member, $"reads{version}", "--packages-all"));

        var view = await npm.RunAnywhereAsync("view", $"@acme/token-read-{version}", "version");
        var publish = await PublishAsync(npm, new SamplePackage($"@acme/token-read-{version}", "1.0.1"));

        Assert.Equal("1.0.0", view.ShouldSucceed().Output.Trim());
        ShouldFail(publish, "This access token may only read.");
    }

    [Theory]
    [InlineData("11", "@acme/token-write-11")]
    [InlineData("12", "acme-token-write-12")]
    public async Task A_token_that_may_write_publishes(string version, string package)
    {
        using var member = await NpmAsync(version);
        using var npm = await NpmAsync(version, await CreateAsync(member, $"writes{version}", Everything));

        (await PublishAsync(npm, new SamplePackage(package, "1.0.0"))).ShouldSucceed();

        Assert.Equal(["1.0.0"], await World.VersionsAsync(package));
    }

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task A_token_for_one_package_knows_no_other(string version)
    {
        var (own, other) = ($"@acme/token-own-{version}", $"@acme/token-other-{version}");
        await World.PublishedByMemberAsync(own, "1.0.0");
        await World.PublishedByMemberAsync(other, "1.0.0");
        using var member = await NpmAsync(version);
        using var npm = await NpmAsync(version, await CreateAsync(member, $"one{version}", $"--packages={own}", "--packages-and-scopes-permission=read-write"));

        (await PublishAsync(npm, new SamplePackage(own, "1.0.1"))).ShouldSucceed();
        ShouldFail(await PublishAsync(npm, new SamplePackage(other, "1.0.1")), "was not made to change");
        ShouldFail(await npm.RunAnywhereAsync("view", other, "version"), "is not in this registry, or you may not read it");

        Assert.Equal(["1.0.0"], await World.VersionsAsync(other));
    }

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task A_token_for_a_scope_ends_where_the_scope_does(string version)
    {
        using var member = await NpmAsync(version);
        using var npm = await NpmAsync(version, await CreateAsync(member, $"scope{version}", $"--scopes=@tools{version}", "--packages-and-scopes-permission=read-write"));

        (await PublishAsync(npm, new SamplePackage($"@tools{version}/x", "1.0.0"))).ShouldSucceed();
        ShouldFail(await PublishAsync(npm, new SamplePackage($"@toolsmith{version}/x", "1.0.0")), "was not made to change");
    }

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task A_token_for_an_organisation_is_for_nothing_else(string version)
    {
        var organisation = $"token-org-{version}";
        await Organisation.MakeAsync(World, organisation);
        using var member = await NpmAsync(version);
        using var reading = await NpmAsync(version, await CreateAsync(member, $"org-r-{version}", $"--orgs={organisation}", "--orgs-permission=read-only"));
        using var writing = await NpmAsync(version, await CreateAsync(member, $"org-w-{version}", $"--orgs={organisation}", "--orgs-permission=read-write"));
        using var packages = await NpmAsync(version, await CreateAsync(member, $"org-p-{version}", Everything));

        Assert.Contains(World.Member, await reading.SaysAsync("org", "ls", organisation), StringComparison.Ordinal);
        ShouldFail(await reading.RunAnywhereAsync("team", "create", $"{organisation}:devs"), "may only read");
        (await writing.RunAnywhereAsync("team", "create", $"{organisation}:devs")).ShouldSucceed();
        ShouldFail(await writing.RunAnywhereAsync("view", $"@{organisation}/x", "version"), "is not in this registry");
        ShouldFail(await packages.RunAnywhereAsync("org", "ls", organisation), "There is no organisation");
    }

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task A_token_works_only_from_the_addresses_it_names(string version)
    {
        using var member = await NpmAsync(version);
        using var npm = await NpmAsync(version, await CreateAsync(member, $"cidr{version}", "--packages-all", "--cidr=10.99.0.0/16"));

        ShouldFail(await npm.RunAnywhereAsync("whoami"), "may not be used from the address");
    }

    // npm 11 does not know the word.
    [Fact]
    public async Task A_token_that_only_stages_does_not_publish()
    {
        await World.PublishedByMemberAsync("@acme/token-stages", "1.0.0");
        using var member = await NpmAsync("12");
        using var npm = await NpmAsync("12", await CreateAsync(member, "stages", "--packages=@acme/token-stages", "--packages-and-scopes-permission=read-write-stage-only"));

        Assert.Equal("1.0.0", await npm.SaysAsync("view", "@acme/token-stages", "version"));
        ShouldFail(await PublishAsync(npm, new SamplePackage("@acme/token-stages", "1.0.1")), "stage versions of it");
    }

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task A_token_that_bypasses_the_second_factor_takes_one_to_make(string version)
    {
        var name = $"bypass{version}";
        (await World.Server.AdminAsync(World.PasswordOf(name) + "\n", ["user", "add", name, "--email", $"{name}@example.test", "--password-stdin"])).ShouldSucceed();
        var signedIn = await World.Http.SignInAsync(name, World.PasswordOf(name));
        using var npm = await NpmAsync(version, signedIn);
        string[] create = ["token", "create", "--name=robot", $"--password={World.PasswordOf(name)}", "--bypass-2fa", .. Everything];

        ShouldFail(await npm.RunAnywhereAsync(create), "is made by somebody who has one");
        var begun = await World.Http.CallAsync(
            HttpMethod.Post, "-/npm/v1/user", signedIn, new JsonObject { ["tfa"] = new JsonObject { ["mode"] = "auth-and-writes", ["password"] = World.PasswordOf(name) } });
        var app = new Authenticator(Regex.Match((string)begun["tfa"]!, "secret=([A-Z2-7]+)").Groups[1].Value);
        await World.Http.CallAsync(HttpMethod.Post, "-/npm/v1/user", signedIn, new JsonObject { ["tfa"] = new JsonArray(await app.NextAsync()) });
        (await npm.RunAnywhereAsync([.. create, $"--otp={await app.NextAsync()}"])).ShouldSucceed();

        Assert.True((bool)(await ListedAsync(npm, "robot"))["bypass_2fa"]!);
    }

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task What_contradicts_itself_is_refused_with_the_reason(string version)
    {
        using var npm = await NpmAsync(version);

        ShouldFail(await npm.RunAnywhereAsync(Create("nothing")), "Nothing is selected");
        ShouldFail(await npm.RunAnywhereAsync(Create("no-targets", "--packages-all", "--orgs-permission=read-write")), "no organisation is selected");
        ShouldFail(await npm.RunAnywhereAsync(Create("for-ever", "--packages-all", "--expires=400")), "A token's life is 1 to 365 days");
    }

    [Fact]
    public async Task The_operator_sees_and_ends_tokens()
    {
        using var member = await NpmAsync("11");
        var token = await CreateAsync(member, "operated", "--packages=@acme/operated");
        var key = (string)(await ListedAsync(member, "operated"))["key"]!;

        var list = (await World.Server.AdminAsync(input: null, ["token", "list", "--person", World.Member])).ShouldSucceed();
        (await World.Server.AdminAsync(input: null, ["token", "revoke", key])).ShouldSucceed();

        Assert.Contains($"operated: read-only for @acme/operated", list.Output, StringComparison.Ordinal);
        Assert.False(await World.Http.KnowsAsync(token));
    }

    private Task<PackageManager> NpmAsync(string version, string? token = null) => Organisation.NpmAsync(World, version, token ?? World.MemberToken);

    private static async Task<string> CreateAsync(PackageManager npm, string name, params string[] options)
    {
        var create = (await npm.RunAnywhereAsync(Create(name, options))).ShouldSucceed();

        return Regex.Match(create.Output, @"Created token (npm_\w+)").Groups[1].Value;
    }

    private static string[] Create(string name, params string[] options) =>
        ["token", "create", "--name", name, "--password", World.PasswordOf(World.Member), .. options];

    private static async Task<JsonNode> ListedAsync(PackageManager npm, string name)
    {
        var list = JsonNode.Parse((await npm.RunAnywhereAsync("token", "list", "--json")).ShouldSucceed().Output)!.AsArray();

        return list.Single(item => (string?)item!["name"] == name)!;
    }

    private static async Task<Finished> PublishAsync(PackageManager npm, SamplePackage package)
    {
        using var checkout = new TemporaryFolder();
        package.WriteTo(checkout.Path);

        return await npm.RunAsync(checkout.Path, "publish");
    }

    private static void ShouldFail(Finished command, string why)
    {
        Assert.NotEqual(0, command.ExitCode);
        Assert.Contains(why, command.Errors, StringComparison.Ordinal);
    }
}
