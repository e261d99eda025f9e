using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Pages;

/// <summary>The first start, from the printed code to the form of the first policy.</summary>
public sealed class SetupPagesTests
{
    [Fact]
    public async Task The_code_leads_from_the_first_administrator_to_the_first_policy_in_one_browser()
    {
        await using var app = await RegistryApp.StartAsync();
        var browser = await SetUpAsync(app);

        var signedIn = browser.Location!.OriginalString;
        await browser.FollowAsync();
        var factor = browser.Text;
        await browser.OpenAsync("/-/setup/issuer");
        await browser.SubmitAsync("", ("provider", "github"), ("names", ""));
        var nameless = browser.Status;
        await browser.SubmitAsync("", ("provider", "github"), ("names", "@acme/*"));
        var next = browser.Location!.OriginalString;
        await browser.FollowAsync();
        await browser.OpenAsync("/-/setup/policy?package=@acme/hello&provider=github");

        Assert.Equal("/-/setup/factor", signedIn);
        Assert.Contains("Whoever administers a registry", factor);
        Assert.Equal(HttpStatusCode.BadRequest, nameless);
        Assert.Equal("/-/setup/policy?provider=github", next);
        Assert.Equal("github", await app.ReadAsync(db => db.IssuerBindings.Select(row => row.Id).SingleAsync()));
        Assert.Equal("/-/packages/@acme/hello/trust/new?binding=github&setup=true", browser.Location!.OriginalString);
        await browser.FollowAsync();
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.Equal("Who may publish", browser.Document.QuerySelector("[aria-label=Steps] [aria-current=step]")!.TextContent);
        Assert.Equal(["You, done", "Your CI, done"], browser.Document.QuerySelectorAll("[aria-label=Steps] .done").Select(step => step.TextContent));
        await browser.SubmitAsync("Preview", ("field.repository", "acme/hello"), ("field.workflow", "publish.yml"));
        await browser.SubmitAsync("Edit");
        await browser.SubmitAsync("Preview");
        await browser.SubmitAsync("Create");
        Assert.Equal("/-/setup/workflow?package=%40acme%2Fhello", browser.Location!.OriginalString);
        await browser.FollowAsync();
        Assert.Contains("npm publish", browser.Text);
        Assert.NotNull(browser.Document.QuerySelector("[aria-label=Steps] a.done[href='/-/setup/policy']"));
    }

    [Fact]
    public async Task A_passkey_is_made_on_the_way_and_leads_on()
    {
        await using var app = await RegistryApp.StartAsync();
        var browser = await SetUpAsync(app);
        await browser.FollowAsync();
        var passkey = new TestPasskey(app.Url);

        await browser.SubmitAsync("AddPasskey", ("name", "laptop"), ("password", RegistryApp.Password), ("made", passkey.Make(browser.Options("AddPasskey", "make"))));

        Assert.Contains("Recovery codes", browser.Text);
        Assert.NotNull(browser.Document.QuerySelector("a[href='/-/setup/issuer']"));
        await browser.OpenAsync("/-/setup/factor");
        Assert.Contains("You have a second factor", browser.Text);
    }

    [Fact]
    public async Task Each_step_can_be_left_out_and_a_reload_goes_on_where_it_was()
    {
        await using var app = await RegistryApp.StartAsync();
        var browser = await SetUpAsync(app);

        foreach (var step in new[] { "factor", "issuer", "policy", "workflow" })
        {
            await browser.OpenAsync($"/-/setup/{step}");
            Assert.Equal(HttpStatusCode.OK, browser.Status);
            Assert.NotNull(browser.Document.QuerySelector("[aria-current=step]"));
        }
        await browser.OpenAsync("/-/setup");
        Assert.Equal("/-/setup/factor", browser.Location!.OriginalString);
    }

    [Fact]
    public async Task Without_a_trusted_issuer_there_is_no_policy_to_write()
    {
        await using var app = await RegistryApp.StartAsync();
        var browser = await SetUpAsync(app);

        await browser.OpenAsync("/-/setup/policy?package=@acme/hello");

        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.Null(browser.Document.QuerySelector("[name=package]"));
        Assert.NotNull(browser.Document.QuerySelector("main a[href='/-/setup/issuer'].primary"));
    }

    [Fact]
    public async Task Whoever_is_no_administrator_is_led_on_to_no_step()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.OperatorAsync(HttpMethod.Post, "/issuer/add", new JsonObject { ["id"] = "github", ["provider"] = "github", ["names"] = new JsonArray("@acme/*") });
        await app.PublishedAsync(await app.SignedInAsync("alice"), new TestPackage("@acme/hello", "1.0.0"));
        var alice = new Browser(app);
        await alice.SignInAsync("alice");

        await alice.OpenAsync("/-/packages/@acme/hello/trust/new?binding=github&setup=true");

        Assert.Equal(HttpStatusCode.OK, alice.Status);
        Assert.Null(alice.Document.QuerySelector("[aria-label=Steps]"));
    }

    [Fact]
    public async Task The_steps_are_for_administrators()
    {
        await using var app = await RegistryApp.StartAsync();
        await SetUpAsync(app);
        await app.SignedInAsync("alice");
        var alice = new Browser(app);
        await alice.SignInAsync("alice");

        foreach (var step in new[] { "factor", "issuer", "policy", "workflow" })
        {
            await alice.OpenAsync($"/-/setup/{step}");
            Assert.Equal(HttpStatusCode.Forbidden, alice.Status);
        }
        await alice.PostAsync("/-/setup/issuer", ("provider", "github"), ("names", "*"));
        Assert.Equal(HttpStatusCode.Forbidden, alice.Status);
        Assert.Equal(0, await app.ReadAsync(db => db.IssuerBindings.CountAsync()));
    }

    private static async Task<Browser> SetUpAsync(RegistryApp app)
    {
        var browser = new Browser(app);
        var code = await app.Services.GetRequiredService<FirstAdministrator>().NewCodeAsync(CancellationToken.None);
        await browser.FillInAsync("/-/setup", ("code", code), ("name", "root"), ("email", "root@example.test"), ("password", RegistryApp.Password));
        return browser;
    }
}
