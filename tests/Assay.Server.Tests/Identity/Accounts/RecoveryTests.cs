using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Notifications;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Identity.Accounts;

/// <summary>A forgotten password.</summary>
public sealed class RecoveryTests
{
    [Theory]
    [InlineData("alice")]
    [InlineData("alice@example.test")]
    public async Task The_mailed_link_lets_choose_another_password_once_and_ends_every_sign_in(string who)
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice");
        var browser = new Browser(app);
        await browser.SignInAsync("alice");

        await AskAsync(app, who);
        var link = AccountCalls.LinkIn((await smtp.LinkMailAsync("alice@example.test")).Message.TextBody!);
        var done = await ChooseAsync(app, link);
        var again = await new Browser(app).OpenAsync(link);

        Assert.Contains("Your new password counts now", done);
        Assert.Contains("is too old", again);
        Assert.Equal(HttpStatusCode.Unauthorized, await app.WhoAmIAsync(alice));
        Assert.DoesNotContain("Signed in as", await browser.OpenAsync("/-/account"));
        await (await app.CouchAsync("alice")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
        await (await app.CouchAsync("alice", AccountCalls.AnotherPassword)).ShouldBeAsync(HttpStatusCode.Created);
        await smtp.NoticeAsync("alice@example.test", "The password of your account was changed by a link");
    }

    [Fact]
    public async Task Reading_the_mail_of_somebody_with_a_second_factor_is_not_enough()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice");
        var factor = await app.EnrolledAsync(alice);
        await AskAsync(app, "alice");
        var link = AccountCalls.LinkIn((await smtp.LinkMailAsync("alice@example.test")).Message.TextBody!);

        var without = await ChooseAsync(app, link);
        var wrong = await ChooseAsync(app, link, factor.WrongCode());
        await (await app.CouchAsync("alice", AccountCalls.AnotherPassword)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
        var right = await ChooseAsync(app, link, factor.NextCode());

        Assert.Contains("Give your second factor as well", without);
        Assert.Contains("That code is not right", wrong);
        Assert.Contains("Your new password counts now", right);
    }

    [Fact]
    public async Task Of_two_who_follow_it_at_once_one_chooses()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice");
        await AskAsync(app, "alice");
        var link = AccountCalls.LinkIn((await smtp.LinkMailAsync("alice@example.test")).Message.TextBody!);

        var pages = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ChooseAsync(app, link)));

        Assert.Single(pages, page => page.Contains("Your new password counts now", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_answer_is_the_same_whoever_is_named_and_only_who_may_gets_a_mail()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice");
        await app.SignedInAsync("gone");
        await app.VerifiedAsync("gone");
        await app.SignedInAsync("root", isAdministrator: true);
        await app.CommandAsync("/user/disable", new JsonObject { ["name"] = "gone" });

        string[] pages = [await AskAsync(app, "nobody"), await AskAsync(app, "gone"), await AskAsync(app, "alice")];
        await app.SettledAsync();

        Assert.Single(pages.Distinct());
        Assert.Equal(["alice"], await app.ReadAsync(db => db.AccountLinks.Join(db.People, link => link.PersonId, person => person.Id, (_, person) => person.Name).ToListAsync()));
    }

    [Fact]
    public async Task An_address_that_nobody_has_confirmed_gets_no_link()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var root = await app.SignedInAsync("root", isAdministrator: true);
        await app.SignedInAsync("alice");

        await AskAsync(app, "alice");
        await AskAsync(app, "alice@example.test");
        await app.SettledAsync();
        var refused = await app.UserAsync(root, "alice", "reset-password");
        var shown = await app.UserAsync(root, "alice", "reset-password", new JsonObject { ["showLink"] = true });

        await refused.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "email-not-verified");
        await shown.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(1, await LinksAsync(app));
        Assert.False(smtp.HasLinkMail());
    }

    [Fact]
    public async Task A_link_that_waits_is_not_sent_to_an_address_that_is_theirs_no_more()
    {
        await using var smtp = new SmtpReceiver { Refuse = _ => "450 4.2.0 later" };
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice");
        await AskAsync(app, "alice");
        await Eventually.HoldsAsync(() => app.ReadAsync(db => db.Jobs.AnyAsync(job => job.Kind == "link-mail" && job.LastProblem != null)));

        await app.VerifiedAsync("alice", "new@example.test");
        smtp.Refuse = _ => null;
        app.Clock.Advance(TimeSpan.FromMinutes(20));
        await Eventually.HoldsAsync(() => app.ReadAsync(async db => !await db.Jobs.AnyAsync(job => job.Kind == "link-mail" && job.DueAt != null)));

        Assert.False(smtp.HasLinkMail());
    }

    [Fact]
    public async Task A_stranger_fills_nobodys_mailbox()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync([.. smtp.Options, "--Assay:Identity:FreeSignInFailures=1000"]);
        await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice");

        for (var i = 0; i < 5; i++)
        {
            await AskAsync(app, "alice");
        }
        await app.SettledAsync();
        Assert.Equal(1, await LinksAsync(app));
        for (var i = 0; i < 15; i++)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(3));
            await AskAsync(app, "alice");
            await app.SettledAsync();
        }

        Assert.Equal(10, await LinksAsync(app));
    }

    [Fact]
    public async Task Who_asks_again_and_again_from_one_address_has_to_wait_whomever_they_name()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var browser = new Browser(app);

        for (var i = 0; i < 6; i++)
        {
            await AskAsync(app, $"somebody{i}", browser);
        }
        var page = await AskAsync(app, "alice", browser);

        Assert.Equal(HttpStatusCode.TooManyRequests, browser.Status);
        Assert.Contains("Too many of these", page);
    }

    [Fact]
    public async Task The_link_is_good_for_its_minutes_and_not_after_the_account_was_disabled()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        await app.SignedInAsync("root", isAdministrator: true);
        await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice");
        await app.SignedInAsync("bob");
        await app.VerifiedAsync("bob");
        await AskAsync(app, "alice");
        await AskAsync(app, "bob");
        var (late, disabled) = (await LinkOfAsync(smtp, "alice"), await LinkOfAsync(smtp, "bob"));

        await app.CommandAsync("/user/disable", new JsonObject { ["name"] = "bob" });
        var ofDisabled = await new Browser(app).OpenAsync(disabled);
        app.Clock.Advance(TimeSpan.FromMinutes(31));
        var tooLate = await new Browser(app).OpenAsync(late);

        Assert.Contains("is too old", ofDisabled);
        Assert.Contains("is too old", tooLate);
    }

    [Fact]
    public async Task The_password_keeps_the_rules_before_a_code_is_used_up()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice");
        var factor = await app.EnrolledAsync(alice);
        await AskAsync(app, "alice");
        var link = await LinkOfAsync(smtp, "alice");
        var code = factor.NextCode();

        var leaked = await ChooseAsync(app, link, code, "password1234");
        var right = await ChooseAsync(app, link, code);

        Assert.Contains("found in leaks", leaked);
        Assert.Contains("Your new password counts now", right);
    }

    [Fact]
    public async Task Another_password_makes_links_of_before_good_no_more()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice");
        await AskAsync(app, "alice");
        var link = await LinkOfAsync(smtp, "alice");

        await (await app.PostAsync("/-/npm/v1/user", alice, new JsonObject { ["password"] = new JsonObject { ["old"] = RegistryApp.Password, ["new"] = AccountCalls.AnotherPassword } }))
            .ShouldBeAsync(HttpStatusCode.OK);

        Assert.Contains("is too old", await new Browser(app).OpenAsync(link));
    }

    [Fact]
    public async Task Another_password_by_a_link_ends_a_change_of_address_that_waits()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice");
        await app.PostAsync("/-/npm/v1/user", alice, new JsonObject { ["email"] = "mallory@example.test" });
        var address = AccountCalls.LinkIn((await smtp.LinkMailAsync("mallory@example.test")).Message.TextBody!);
        await AskAsync(app, "alice");

        await ChooseAsync(app, await LinkOfAsync(smtp, "alice"));

        Assert.Contains("is too old", await new Browser(app).OpenAsync(address));
    }

    [Fact]
    public async Task Of_two_links_that_an_administrator_gave_the_newer_counts()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        var first = AccountCalls.LinkIn(await app.CommandAsync("/user/reset-password", new JsonObject { ["name"] = "alice" }));
        var second = AccountCalls.LinkIn(await app.CommandAsync("/user/reset-password", new JsonObject { ["name"] = "alice" }));

        Assert.Contains("is too old", await new Browser(app).OpenAsync(first));
        Assert.DoesNotContain("is too old", await new Browser(app).OpenAsync(second));
    }

    [Fact]
    public async Task Without_mail_the_page_names_who_helps()
    {
        await using var app = await RegistryApp.StartAsync();
        var browser = new Browser(app);

        Assert.Contains("Ask an administrator", await browser.OpenAsync("/-/forgot"));
        Assert.Equal(HttpStatusCode.NotFound, browser.Status);
    }

    private static async Task<string> AskAsync(RegistryApp app, string who, Browser? browser = null)
    {
        browser ??= new Browser(app);
        await browser.OpenAsync("/-/forgot");
        return await browser.SubmitAsync("", ("who", who));
    }

    private static async Task<string> ChooseAsync(RegistryApp app, string link, string? code = null, string password = AccountCalls.AnotherPassword)
    {
        var browser = new Browser(app);
        var page = await browser.OpenAsync(link);
        return browser.Status == HttpStatusCode.OK
            ? await browser.SubmitAsync("", ("password", password), ("again", password), ("factor", code ?? ""))
            : page;
    }

    private static async Task<string> LinkOfAsync(SmtpReceiver smtp, string name) =>
        AccountCalls.LinkIn((await smtp.LinkMailAsync($"{name}@example.test")).Message.TextBody!);

    private static Task<int> LinksAsync(RegistryApp app) => app.ReadAsync(db => db.AccountLinks.CountAsync());
}
