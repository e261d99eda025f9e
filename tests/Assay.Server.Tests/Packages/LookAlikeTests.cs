using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Import;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.Packages;

/// <summary>A new name does not pass for one that is there.</summary>
public sealed class LookAlikeTests
{
    private const string Code = "name-too-similar";

    [Theory]
    [InlineData("react-dom", "reactdom")]
    [InlineData("react-dom", "react_d.om")]
    [InlineData("@acme/react-dom", "@acme/reactdom")]
    [InlineData("@acme/x", "@ac-me/x")]
    public async Task A_name_that_differs_by_punctuation_alone_is_refused_and_leaves_nothing(string there, string wanted)
    {
        await using var app = await RegistryApp.StartAsync();
        await app.PublishedAsync(await app.SignedInAsync("alice"), new TestPackage(there, "1.0.0"));
        var files = app.StoredFiles();

        var told = await (await new TestPackage(wanted, "1.0.0").PublishAsync(app, await app.SignedInAsync("bob"))).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, Code);

        Assert.Contains($"{wanted} would pass for {there}, which is here", told, StringComparison.Ordinal);
        Assert.Equal(files, app.StoredFiles());
    }

    [Theory]
    [InlineData("react-dom", "react-com")]
    [InlineData("acme-x", "@acme/x")]
    [InlineData("@acme/x", "@beta/x")]
    public async Task Others_are_not(string there, string wanted)
    {
        await using var app = await RegistryApp.StartAsync();
        await app.PublishedAsync(await app.SignedInAsync("alice"), new TestPackage(there, "1.0.0"));

        await app.PublishedAsync(await app.SignedInAsync("bob"), new TestPackage(wanted, "1.0.0"));
    }

    [Fact]
    public async Task What_is_there_goes_on_although_it_looks_like_another()
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("react-dom", "1.0.0"));

        await app.PublishedAsync(root, new TestPackage("reactdom", "1.0.0"));

        await app.PublishedAsync(alice, new TestPackage("react-dom", "1.1.0"));
        await app.PublishedAsync(root, new TestPackage("reactdom", "1.1.0"));
    }

    [Fact]
    public async Task A_package_that_one_may_not_know_is_not_named()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.PublishedForTeamsAsync(await app.SignedInAsync("alice"), new TestPackage("secret-plan", "1.0.0"));

        var told = await (await new TestPackage("secretplan", "1.0.0").PublishAsync(app, await app.SignedInAsync("bob"))).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, Code);

        Assert.DoesNotContain("secret-plan", told, StringComparison.Ordinal);
        Assert.Contains("another package here", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_scope_of_an_organisation_its_members_name_as_they_like()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.OrganisationAsync("acme", "alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/x-y", "1.0.0"));

        await app.PublishedAsync(alice, new TestPackage("@acme/xy", "1.0.0"));
    }

    [Fact]
    public async Task A_staged_version_begins_no_such_name_either()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.PublishedAsync(await app.SignedInAsync("alice"), new TestPackage("react-dom", "1.0.0"));

        using var staged = await app.PostAsync("/-/stage/package/reactdom", await app.SignedInAsync("bob"), new TestPackage("reactdom", "1.0.0").Document());

        await staged.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, Code);
    }

    // Outside of organisations only administrators begin names with policies, and they may take them.
    [Fact]
    public async Task A_run_begins_no_such_name_unless_an_administrator_reserved_it()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.App.PublishedAsync(await world.App.SignedInAsync("alice"), new TestPackage("@free/react-dom", "1.0.0"));
        await (await world.App.PostAsync("/-/assay/v1/policies", world.Administrator, PolicyRequest.Github("@free/*"))).ShouldBeAsync(HttpStatusCode.Created);

        using var refused = await new TestPackage("@free/reactdom", "1.0.0").PublishAsync(world.App, await world.ExchangedAsync(world.Github(), "@free/reactdom"));
        await (await world.WritePolicyForAsync("@free/reactdom", PolicyRequest.Github(), world.Administrator)).ShouldBeAsync(HttpStatusCode.Created);
        using var reserved = await new TestPackage("@free/reactdom", "1.0.0").PublishAsync(world.App, await world.ExchangedAsync(world.Github(), "@free/reactdom"));

        Assert.DoesNotContain("react-dom", await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, Code), StringComparison.Ordinal);
        await reserved.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_import_refuses_it_until_the_operator_says_that_it_is_ours()
    {
        await using var app = await RegistryApp.StartAsync();
        await using var source = await SourceRegistry.StartAsync();
        await app.SignedInAsync("casey");
        source.Serve("react-dom", new TestPackage("react-dom", "1.0.0"));
        source.Serve("reactdom", new TestPackage("reactdom", "1.0.0"));

        (await app.ImportAsync(source.Url, "react-dom")).ShouldBeDone();
        var text = (await app.ImportAsync(source.Url, "react-dom", "reactdom")).ShouldRefuse(Code);
        await app.OwnNameAsync("reactdom");
        (await app.ImportAsync(source.Url, "react-dom", "reactdom")).ShouldBeDone();

        Assert.Contains("./run admin name own reactdom", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ac-me")]
    [InlineData("acm.e")]
    public async Task An_organisation_whose_scope_would_pass_for_another_takes_a_word_more(string name)
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var root = await app.SignedInAsync("root", isAdministrator: true);
        await app.OrganisationAsync("acme", "alice");
        var wanted = new JsonObject { ["name"] = name, ["owner"] = "alice" };

        Assert.Contains("@acme", await (await app.OperatorAsync("/org/add", (JsonObject)wanted.DeepClone())).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, Code), StringComparison.Ordinal);
        await (await app.PutAsync($"/-/assay/v1/orgs/{name}", root, new JsonObject { ["owner"] = "alice" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, Code);

        wanted["force"] = true;
        await app.CommandAsync("/org/add", wanted);
    }

    [Fact]
    public async Task A_scope_that_has_packages_counts_too_and_an_organisation_may_have_several_that_are_alike()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.PublishedAsync(await app.SignedInAsync("alice"), new TestPackage("@free/x", "1.0.0"));
        await app.OrganisationAsync("acme", "alice");

        await (await app.OperatorAsync("/org/add", new JsonObject { ["name"] = "fr-ee", ["owner"] = "alice" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, Code);
        await app.CommandAsync("/org/scope/add", new JsonObject { ["name"] = "acme", ["scope"] = "@ac-me" });
        await (await app.OperatorAsync("/org/scope/add", new JsonObject { ["name"] = "acme", ["scope"] = "@f-ree" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, Code);
        await app.OrganisationAsync("free", "alice");
    }
}
