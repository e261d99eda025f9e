using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Notifications;

namespace Assay.Server.Tests.Identity.Accounts;

/// <summary>Which address is a person's.</summary>
public sealed class EmailTests
{
    private const string Profile = "/-/npm/v1/user";

    [Fact]
    public async Task Another_address_counts_once_its_link_was_confirmed_and_the_old_one_is_told()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await app.SignedInAsync("alice");

        var asked = await app.PostAsync(Profile, alice, new JsonObject { ["email"] = "new@example.test" });
        var link = AccountCalls.LinkIn((await smtp.LinkMailAsync("new@example.test")).Message.TextBody!);
        var notice = await smtp.NoticeAsync("alice@example.test", "Another e-mail address was asked for your account");
        var browser = new Browser(app);
        var shown = await browser.OpenAsync(link);
        var before = await ShownAsync(app, alice);
        await browser.SubmitAsync("");
        var after = await ShownAsync(app, alice);
        var again = await browser.OpenAsync(link);

        Assert.Contains("Until you open it and confirm, your address stays alice@example.test", asked.Notice());
        Assert.Equal(("alice@example.test", false), Address(await asked.ShouldBeAsync(HttpStatusCode.OK)));
        Assert.DoesNotContain(link, notice.Message.TextBody, StringComparison.Ordinal);
        Assert.Contains("new@example.test", shown);
        Assert.Equal(("alice@example.test", false), Address(before));
        Assert.Equal(("new@example.test", true), Address(after));
        Assert.Contains("is too old", again);
        Assert.Equal(["alice"], await app.RecordedAsync("email.change-asked"));
        Assert.Equal(["alice"], await app.RecordedAsync("email.changed"));
    }

    [Fact]
    public async Task It_takes_the_second_factor_before_anything_is_mailed()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);
        var body = new JsonObject { ["email"] = "new@example.test" };

        await (await app.PostAsync(Profile, alice, body)).ShouldAskAsync();
        Assert.False(smtp.HasLinkMail());
        await (await app.WithCodeAsync(HttpMethod.Post, Profile, alice, factor.NextCode(), body)).ShouldBeAsync(HttpStatusCode.OK);

        await smtp.LinkMailAsync("new@example.test");
    }

    [Fact]
    public async Task The_newest_wish_counts_and_each_link_ends_in_time()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync([.. smtp.Options, "--Assay:Identity:EmailLinkHours=2"]);
        var alice = await app.SignedInAsync("alice");
        await app.PostAsync(Profile, alice, new JsonObject { ["email"] = "one@example.test" });
        var first = AccountCalls.LinkIn((await smtp.LinkMailAsync("one@example.test")).Message.TextBody!);
        await app.PostAsync(Profile, alice, new JsonObject { ["email"] = "two@example.test" });
        var second = AccountCalls.LinkIn((await smtp.LinkMailAsync("two@example.test")).Message.TextBody!);

        Assert.Contains("is too old", await new Browser(app).OpenAsync(first));
        app.Clock.Advance(TimeSpan.FromHours(2) + TimeSpan.FromSeconds(1));
        Assert.Contains("is too old", await new Browser(app).OpenAsync(second));
        Assert.Equal(("alice@example.test", false), Address(await ShownAsync(app, alice)));
    }

    [Fact]
    public async Task A_link_does_what_it_was_made_for_and_nothing_else()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await app.SignedInAsync("alice");
        await app.PostAsync(Profile, alice, new JsonObject { ["email"] = "new@example.test" });
        var link = AccountCalls.LinkIn((await smtp.LinkMailAsync("new@example.test")).Message.TextBody!);

        Assert.Contains("is too old", await new Browser(app).OpenAsync(link.Replace("/email/", "/recover/", StringComparison.Ordinal)));
        Assert.Contains("is too old", await new Browser(app).OpenAsync(link.Replace("/email/", "/invitation/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_account_page_mails_a_link_to_confirm_the_address_that_is_there()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await app.SignedInAsync("alice");
        var browser = new Browser(app);
        await browser.SignInAsync("alice");

        await browser.SubmitAsync("Verify");
        var link = AccountCalls.LinkIn((await smtp.LinkMailAsync("alice@example.test")).Message.TextBody!);
        await browser.OpenAsync(link);
        await browser.SubmitAsync("");

        Assert.Equal(("alice@example.test", true), Address(await ShownAsync(app, alice)));
    }

    [Fact]
    public async Task Without_mail_it_changes_at_once_and_is_not_verified()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice");

        var changed = await (await app.PostAsync(Profile, alice, new JsonObject { ["email"] = "new@example.test" })).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(("new@example.test", false), Address(changed));
    }

    private static (string?, bool?) Address(JsonObject profile) => ((string?)profile["email"], (bool?)profile["email_verified"]);

    private static async Task<JsonObject> ShownAsync(RegistryApp app, string token) => await (await app.GetAsync(Profile, token)).ShouldBeAsync(HttpStatusCode.OK);
}
