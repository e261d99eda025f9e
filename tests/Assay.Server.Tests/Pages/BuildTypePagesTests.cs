using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Trust.Providers;
using Assay.Trust.Runs;

namespace Assay.Server.Tests.Pages;

/// <summary>What the addresses in statements lead to, for whoever reads a statement.</summary>
public sealed class BuildTypePagesTests : IAsyncLifetime
{
    private RegistryApp app = null!;

    public async ValueTask InitializeAsync() => app = await RegistryApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Each_shipped_providers_page_names_every_member_what_it_means_and_where_it_comes_from()
    {
        foreach (var definition in ProviderCatalog.Shipped.Definitions)
        {
            var page = await ReadAsync($"/buildtypes/{definition.Id}/v1");

            Assert.Contains(definition.DisplayName, page);
            var members = StatementMember.Of(definition).ToList();
            Assert.NotEmpty(members);
            Assert.All(members, member => Assert.Contains($"<code>{member.Path}</code></dt><dd>{member.Means} From: {member.Origin}.</dd>", page));
        }
    }

    [Theory]
    [InlineData("/buildtypes/github/v1")]
    [InlineData("/trusted-publishing/v1")]
    public async Task A_page_says_what_is_known_and_what_is_not(string path)
    {
        var page = await ReadAsync(path);

        Assert.Contains("A token with these claims was presented for this package, and then these bytes were uploaded with the credential exchanged for it.", page);
        Assert.Contains("The registry did not watch the build. Provenance does not mean that a package is safe.", page);
    }

    [Fact]
    public async Task The_builders_page_leads_to_each_build_type()
    {
        var page = await ReadAsync("/trusted-publishing/v1");

        Assert.All(ProviderCatalog.Shipped.Ids, provider => Assert.Contains($"/buildtypes/{provider}/v1\"", page));
    }

    [Theory]
    [InlineData("/buildtypes/nobody/v1", HttpStatusCode.NotFound)]
    [InlineData("/buildtypes/GitHub/v1", HttpStatusCode.NotFound)]
    [InlineData("/buildtypes/github/v2", HttpStatusCode.NotFound)]
    [InlineData("/trusted-publishing/v2", HttpStatusCode.Unauthorized)]
    public async Task Another_address_is_no_build_type(string path, HttpStatusCode status)
    {
        using var answer = await app.GetAsync(path);

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task An_operators_provider_has_its_page_when_something_is_stated_of_it()
    {
        using var folder = new TemporaryFolder();
        var markup = OperatorProvider.Definition();
        markup["displayName"] = "Acme <b>CI</b>";
        markup["provenance"] = JsonNode.Parse("""{"externalParameters":{"run":{"project":{"value":"claim.project","means":"The <i>project</i>."}}}}""");
        OperatorProvider.Write(folder.Path, markup);
        await using var own = await RegistryApp.StartAsync(dataDirectory: folder.Path);

        var page = await (await own.GetAsync($"/buildtypes/{OperatorProvider.Id}/v1")).Content.ReadAsStringAsync();

        Assert.Contains("buildDefinition.externalParameters.run.project", page);
        Assert.DoesNotContain("<b>", page);
        Assert.DoesNotContain("<i>", page);
    }

    [Fact]
    public async Task An_operators_provider_of_which_nothing_is_stated_has_none()
    {
        using var folder = new TemporaryFolder();
        OperatorProvider.Write(folder.Path);
        await using var own = await RegistryApp.StartAsync(dataDirectory: folder.Path);

        Assert.Equal(HttpStatusCode.NotFound, (await own.GetAsync($"/buildtypes/{OperatorProvider.Id}/v1")).StatusCode);
        Assert.DoesNotContain(OperatorProvider.Id, await (await own.GetAsync("/trusted-publishing/v1")).Content.ReadAsStringAsync());
    }

    private async Task<string> ReadAsync(string path)
    {
        using var answer = await app.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }
}
