using System.Net;
using Assay.Server.Pages;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Pages;

/// <summary>The sign-in of a browser, and where it leads on to.</summary>
public sealed class SignInPageTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/-/account/tokens")]
    [InlineData("/-/packages/@acme/x?tab=files")]
    [InlineData("/-/packages/@acme%2Fx")]
    public void An_address_of_this_registry_is_one(string back) => Assert.Equal(back, LocalAddress.Of(back));

    public static TheoryData<string> Foreign =>
    [
        "", "account", "//evil.example", "///evil.example", @"/\evil.example", @"\\evil.example", @"/-/\..\evil", "https://evil.example", "HTTPS://evil.example", "https:evil.example",
        "javascript:alert(1)", "data:text/html,x", "/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example", "/ /evil.example", "/é", "@evil.example",
        "%2f%2fevil.example", ".//evil.example", "?back=//evil.example", "#//evil.example",
    ];

    [Theory]
    [MemberData(nameof(Foreign))]
    public void What_leads_elsewhere_is_none(string back) => Assert.Null(LocalAddress.Of(back));

    [Theory]
    [InlineData("%2F%2Fevil.example", "/-/account")]
    [InlineData("%2F%5Cevil.example", "/-/account")]
    [InlineData("%2F%09%2Fevil.example", "/-/account")]
    [InlineData("https%3A%2F%2Fevil.example", "/-/account")]
    [InlineData("%252F%252Fevil.example", "/-/account")]
    [InlineData("%2F-%2Faccount%2Ftokens%3Fdone%3Dx", "/-/account/tokens?done=x")]
    public async Task A_sign_in_leads_on_within_this_registry_alone(string back, string to)
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var browser = new Browser(app);

        await browser.FillInAsync($"/-/sign-in?back={back}", ("name", "alice"), ("password", RegistryApp.Password));
        var first = browser.Location!.OriginalString;
        await browser.OpenAsync($"/-/sign-in?back={back}");

        Assert.Equal((to, to), (first, browser.Location!.OriginalString));
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_comes_back_to_the_page_that_they_asked_for()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:PublicUrl=http://localhost/registry/"]);
        await app.SignedInAsync("alice");
        var browser = new Browser(app);

        await browser.OpenAsync("/registry/-/account/tokens?done=revoked");
        await browser.FollowAsync();
        await browser.SubmitAsync("", ("name", "alice"), ("password", RegistryApp.Password));

        Assert.Equal("/registry/-/account/tokens?done=revoked", browser.Location!.OriginalString);
    }

    [Fact]
    public async Task A_wrong_password_signs_nobody_in_and_what_was_typed_stays()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var browser = new Browser(app);

        await browser.FillInAsync("/-/sign-in", ("name", "alice"), ("password", "guessed"));

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains("The name or the password is wrong", browser.Text);
        Assert.Equal("alice", browser.Document.QuerySelector("[name=name]")!.GetAttribute("value"));
        Assert.DoesNotContain("guessed", browser.Page);
        Assert.DoesNotContain("assay", browser.Cookies.Keys);
    }

    [Fact]
    public async Task Signed_out_means_out()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var browser = new Browser(app);
        await browser.SignInAsync("alice");

        await browser.SubmitAsync("SignOut");
        await browser.OpenAsync("/-/account");

        Assert.StartsWith("/-/sign-in?back=", browser.Location!.OriginalString, StringComparison.Ordinal);
    }
}
