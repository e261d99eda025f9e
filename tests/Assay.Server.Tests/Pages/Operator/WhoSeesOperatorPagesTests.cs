using System.Net;
using Assay.Server.Pages;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Pages.Operator;

/// <summary>Every page of the operator is for administrators: members are told so, strangers are led to the sign-in.</summary>
public sealed class WhoSeesOperatorPagesTests : IAsyncLifetime
{
    /// <summary>By their patterns, with an address of each that is there.</summary>
    private static readonly Dictionary<string, string> Pages = new(StringComparer.Ordinal)
    {
        ["-/operator"] = "/-/operator",
        ["-/operator/advisories"] = "/-/operator/advisories",
        ["-/operator/audit"] = "/-/operator/audit",
        ["-/operator/charts"] = "/-/operator/charts",
        ["-/operator/freezes"] = "/-/operator/freezes",
        ["-/operator/health"] = "/-/operator/health",
        ["-/operator/incidents"] = "/-/operator/incidents",
        ["-/operator/incidents/{id}"] = "/-/operator/incidents/none",
        ["-/operator/issuers"] = "/-/operator/issuers",
        ["-/operator/issuers/add"] = "/-/operator/issuers/add?provider=gitlab",
        ["-/operator/issuers/{id}"] = "/-/operator/issuers/github",
        ["-/operator/jobs"] = "/-/operator/jobs",
        ["-/operator/reports"] = "/-/operator/reports",
        ["-/operator/reports/{id:long}"] = "/-/operator/reports/9",
        ["-/operator/upstream"] = "/-/operator/upstream",
        ["-/operator/users"] = "/-/operator/users",
        ["-/operator/users/{name}"] = "/-/operator/users/root",
        ["-/operator/webhooks"] = "/-/operator/webhooks",
        ["-/operator/webhooks/{id:long}"] = "/-/operator/webhooks/9",
    };

    private static readonly string[] Absent = ["/-/operator/incidents/none", "/-/operator/reports/9", "/-/operator/webhooks/9"];

    private OperatorWorld world = null!;

    public async ValueTask InitializeAsync() => world = await OperatorWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public void No_page_of_the_operator_is_forgotten_here_and_each_says_for_whom_it_is()
    {
        var pages = world.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("-/operator", StringComparison.Ordinal)).ToList();

        Assert.Equal(Pages.Keys.Order(StringComparer.Ordinal), pages.Select(page => page.RoutePattern.RawText!).Distinct().Order(StringComparer.Ordinal));
        Assert.All(pages, page => Assert.Equal(Circle.Administrators, page.Metadata.GetMetadata<ForAttribute>()?.Circle));
    }

    [Fact]
    public async Task An_administrator_sees_each_with_one_heading_and_the_tabs()
    {
        foreach (var address in Pages.Values)
        {
            await world.Browser.OpenAsync(address);

            Assert.Equal($"{address} {(Absent.Contains(address) ? HttpStatusCode.NotFound : HttpStatusCode.OK)}", $"{address} {world.Browser.Status}");
            Assert.Single(world.Browser.Document.QuerySelectorAll("h1"));
            Assert.Equal(Absent.Contains(address) ? 0 : 1, world.Browser.Document.QuerySelectorAll("nav.tabs").Length);
            Inert.ShouldBe(world.Browser.Document);
        }
    }

    [Fact]
    public async Task A_member_is_told_that_they_are_for_administrators_and_nothing_else()
    {
        await world.App.SignedInAsync("bob");
        var browser = new Browser(world.App);
        await browser.SignInAsync("bob");

        foreach (var address in Pages.Values)
        {
            await browser.OpenAsync(address);
            Assert.Equal($"{address} {HttpStatusCode.Forbidden}", $"{address} {browser.Status}");
            Assert.Contains("Only administrators", browser.Text);

            await browser.PostAsync(address + (address.Contains('?') ? "&" : "?") + "handler=Add");
            Assert.Equal($"{address} {HttpStatusCode.Forbidden}", $"{address} {browser.Status}");
        }
    }

    [Fact]
    public async Task A_stranger_is_led_to_the_sign_in_and_back()
    {
        var browser = new Browser(world.App);

        foreach (var address in Pages.Values)
        {
            await browser.OpenAsync(address);

            Assert.Equal($"{address} {HttpStatusCode.Found}", $"{address} {browser.Status}");
            Assert.Equal($"/-/sign-in?back={Uri.EscapeDataString(address)}", browser.Location!.OriginalString);
        }
    }
}
