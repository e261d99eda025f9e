using System.Net;
using Assay.Server.Pages;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages;

/// <summary>Every form of every page: nothing that comes from elsewhere does anything. New pages are among them by themselves.</summary>
public sealed class FormGuardTests : IAsyncLifetime
{
    private RegistryApp app = null!;
    private Browser root = null!;
    private Browser other = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        await app.SignedInAsync("root", isAdministrator: true);
        await app.SignedInAsync("other", isAdministrator: true);
        await app.OrganisationAsync("acme", "root");
        (root, other) = (new Browser(app), new Browser(app));
        await root.SignInAsync("root");
        await other.SignInAsync("other");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Theory]
    [InlineData("no token")]
    [InlineData("the token of another session")]
    [InlineData("another site")]
    [InlineData("another origin")]
    [InlineData("no form")]
    public async Task Nothing_is_done_with(string fault)
    {
        var before = await app.ReadAsync(db => db.AuditEvents.CountAsync());
        var cookie = string.Join("; ", root.Cookies.Select(each => $"{each.Key}={each.Value}"));
        var tried = 0;

        foreach (var (route, handler) in await FormsAsync())
        {
            var address = handler.Length == 0 ? route.Address : $"{route.Address}?handler={handler}";
            HttpContent content = fault == "no form"
                ? RegistryApp.Json(null)
                : new FormUrlEncodedContent([new("form", fault switch { "no token" => "", "the token of another session" => other.Token, _ => root.Token }), new("password", RegistryApp.Password)]);
            using var answer = await app.SendAsync(HttpMethod.Post, address, content: content, headers: headers =>
            {
                headers.TryAddWithoutValidation("Cookie", cookie);
                if (fault == "another site")
                {
                    headers.Add("Sec-Fetch-Site", "cross-site");
                }
                if (fault == "another origin")
                {
                    headers.Add("Origin", "https://evil.example");
                }
            });
            // Sign-ins are limited before anything is looked at.
            Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests, $"{address} answered {answer.StatusCode} to {fault}");
            Assert.False(answer.Headers.Contains("Set-Cookie") && fault != "no token", $"{address} set a cookie");
            tried++;
        }

        Assert.True(tried > 40, $"{tried} forms");
        Assert.Equal(before, await app.ReadAsync(db => db.AuditEvents.CountAsync()));
        Assert.Contains("Signed in as root", await root.OpenAsync("/-/account"));
    }

    [Fact]
    public async Task With_its_token_each_form_is_looked_at()
    {
        foreach (var (route, handler) in await FormsAsync())
        {
            // It would be the last.
            if (handler.StartsWith("SignOut", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }
            await root.PostAsync(handler.Length == 0 ? route.Address : $"{route.Address}?handler={handler}");

            Assert.False(root.Page.Contains("This form does not count", StringComparison.Ordinal), $"{route.Address} {handler}");
            Assert.True((int)root.Status < 500, $"{route.Address} {handler} answered {root.Status}");
        }
    }

    [Fact]
    public async Task Pages_for_members_send_nobody_to_the_sign_in_and_those_for_administrators_no_other_member_in()
    {
        await app.SignedInAsync("bob");
        var (nobody, bob) = (new Browser(app), new Browser(app));
        await bob.SignInAsync("bob");

        foreach (var route in (await PageRoute.AllAsync(app)).Where(route => route.IsRead && route.Circle is not Circle.Everybody))
        {
            await nobody.OpenAsync(route.Address);
            Assert.True(nobody.Status == HttpStatusCode.Found && nobody.Location!.OriginalString.StartsWith("/-/sign-in?back=", StringComparison.Ordinal), $"{route.Address} answered nobody {nobody.Status}");
            await bob.OpenAsync(route.Address);
            Assert.True(route.Circle is not Circle.Administrators || bob.Status == HttpStatusCode.Forbidden, $"{route.Address} answered a member {bob.Status}");
            Assert.True((int)bob.Status < 500, $"{route.Address} answered a member {bob.Status}");
        }
    }

    private async Task<IEnumerable<(PageRoute Route, string Handler)>> FormsAsync() =>
        (await PageRoute.AllAsync(app)).SelectMany(route => route.Posts.Select(handler => (route, handler)));
}
