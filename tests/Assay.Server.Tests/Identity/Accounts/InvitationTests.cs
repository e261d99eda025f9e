using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Notifications;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Identity.Accounts;

public sealed class InvitationTests
{
    [Fact]
    public async Task Who_was_invited_chooses_a_password_and_signs_in()
    {
        await using var app = await RegistryApp.StartAsync();
        var link = await app.InvitedAsync("alice");
        var browser = new Browser(app);

        var shown = await browser.OpenAsync(link);
        var done = await AcceptAsync(browser, link);

        Assert.Contains("<strong>alice</strong>", shown);
        Assert.Contains("npm login --registry", done);
        await (await app.CouchAsync("alice", AccountCalls.AnotherPassword)).ShouldBeAsync(HttpStatusCode.Created);
        var person = await app.ReadAsync(db => db.People.SingleAsync());
        Assert.Equal(("alice@example.test", false, null), (person.Email, person.IsAdministrator, person.EmailVerifiedAt));
        Assert.Equal(["alice"], await app.RecordedAsync("person.invited"));
        Assert.Equal(["alice"], await app.RecordedAsync("person.created"));
    }

    [Fact]
    public async Task By_mail_the_link_stands_in_the_mail_alone_and_the_address_counts_as_verified()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);

        var printed = await app.CommandAsync("/user/invite", new JsonObject { ["name"] = "alice", ["email"] = "alice@example.test", ["administrator"] = true });
        var mail = await smtp.LinkMailAsync("alice@example.test");
        var link = AccountCalls.LinkIn(mail.Message.TextBody!);
        await AcceptAsync(new Browser(app), link);

        Assert.DoesNotContain("/-/invitation/", printed);
        Assert.Equal("[localhost] You are invited", mail.Subject);
        Assert.Null(mail.Message.HtmlBody);
        var person = await app.ReadAsync(db => db.People.SingleAsync());
        Assert.True(person.IsAdministrator);
        Assert.NotNull(person.EmailVerifiedAt);
        // Neither the job nor any row has what opens it.
        var secret = link.Split('/')[^1];
        Assert.DoesNotContain(await app.ReadAsync(db => db.Jobs.Select(row => row.Payload).ToListAsync()), payload => payload.Contains(secret, StringComparison.Ordinal));
        Assert.All(await app.ReadAsync(db => db.AuditEvents.ToListAsync()), row => Assert.DoesNotContain(secret, row.Subject + row.Detail));
    }

    [Fact]
    public async Task It_is_good_for_one_account_however_many_follow_it_at_once()
    {
        await using var app = await RegistryApp.StartAsync();
        var link = await app.InvitedAsync("alice");

        var pages = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AcceptAsync(new Browser(app), link)));
        var later = new Browser(app);
        await later.OpenAsync(link);

        Assert.Single(pages, page => page.Contains("npm login", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, later.Status);
        Assert.Equal(1, await app.ReadAsync(db => db.People.CountAsync()));
    }

    [Fact]
    public async Task Looking_at_it_uses_nothing_up()
    {
        await using var app = await RegistryApp.StartAsync();
        var link = await app.InvitedAsync("alice");

        for (var i = 0; i < 3; i++)
        {
            await new Browser(app).OpenAsync(link);
        }

        Assert.Equal(0, await app.ReadAsync(db => db.People.CountAsync()));
        Assert.Contains("npm login", await AcceptAsync(new Browser(app), link));
    }

    [Theory]
    [InlineData("password1234", "found in leaks")]
    [InlineData("short", "too short")]
    [InlineData("alice@alice", "too short")]
    public async Task The_password_keeps_the_rules_and_the_invitation_stays(string password, string why)
    {
        await using var app = await RegistryApp.StartAsync();
        var link = await app.InvitedAsync("alice");
        var browser = new Browser(app);

        var refused = await AcceptAsync(browser, link, password);
        var mistyped = await browser.SubmitAsync("", ("password", AccountCalls.AnotherPassword), ("again", "something else"));

        Assert.Contains(why, refused);
        Assert.Contains("not the same", mistyped);
        Assert.Contains("npm login", await AcceptAsync(browser, link));
    }

    [Fact]
    public async Task It_is_over_after_its_days_when_revoked_and_when_another_link_was_sent()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Identity:InvitationDays=3"]);
        var (old, revoked, replaced) = (await app.InvitedAsync("old"), await app.InvitedAsync("revoked"), await app.InvitedAsync("replaced"));
        await app.CommandAsync("/user/uninvite", new JsonObject { ["name"] = "revoked" });
        var again = AccountCalls.LinkIn(await app.CommandAsync("/user/invite", new JsonObject { ["name"] = "replaced", ["again"] = true }));

        Assert.Contains("is too old", await AcceptAsync(new Browser(app), revoked, isOpen: false));
        Assert.Contains("is too old", await AcceptAsync(new Browser(app), replaced, isOpen: false));
        Assert.Contains("npm login", await AcceptAsync(new Browser(app), again));
        app.Clock.Advance(TimeSpan.FromDays(3) + TimeSpan.FromSeconds(1));
        Assert.Contains("is too old", await AcceptAsync(new Browser(app), old, isOpen: false));
        Assert.Equal(["replaced"], await app.ReadAsync(db => db.People.Select(row => row.Name).ToListAsync()));
    }

    [Fact]
    public async Task Administrators_invite_list_resend_and_revoke_with_a_second_factor()
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var factor = await app.EnrolledAsync(root);
        var body = new JsonObject { ["name"] = "alice", ["email"] = "alice@example.test" };

        await (await app.PostAsync("/-/assay/v1/invitations", root, body)).ShouldAskAsync();
        Assert.Equal(0, await app.ReadAsync(db => db.Invitations.CountAsync()));
        var made = await (await app.WithCodeAsync(HttpMethod.Post, "/-/assay/v1/invitations", root, factor.NextCode(), body)).ShouldBeAsync(HttpStatusCode.Created);
        var twice = await app.WithCodeAsync(HttpMethod.Post, "/-/assay/v1/invitations", root, factor.NextCode(), body);
        var listed = await (await app.GetAsync("/-/assay/v1/invitations", root)).ShouldBeAsync(HttpStatusCode.OK);
        var resent = await (await app.WithCodeAsync(HttpMethod.Post, "/-/assay/v1/invitations/alice/resend", root, factor.NextCode())).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.WithCodeAsync(HttpMethod.Delete, "/-/assay/v1/invitations/alice", root, factor.NextCode())).ShouldBeAsync(HttpStatusCode.OK);
        var gone = await app.WithCodeAsync(HttpMethod.Delete, "/-/assay/v1/invitations/alice", root, factor.NextCode());

        Assert.Equal("root", (string?)made["invitedBy"]);
        await twice.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "invited-already");
        Assert.Null(Assert.Single(listed["invitations"]!.AsArray())!["link"]);
        Assert.NotEqual((string?)made["link"], (string?)resent["link"]);
        await gone.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "invitation-not-found");
    }

    [Fact]
    public async Task An_attempt_to_mail_that_failed_makes_another_link_and_the_newest_counts()
    {
        await using var smtp = new SmtpReceiver { HangsUpAfterData = true };
        await using var app = await RegistryApp.StartAsync([.. smtp.Options, "--Assay:Jobs:FirstRetrySeconds=1"]);
        await app.CommandAsync("/user/invite", new JsonObject { ["name"] = "alice", ["email"] = "alice@example.test" });
        var first = await smtp.LinkMailAsync("alice@example.test");
        smtp.HangsUpAfterData = false;
        await Eventually.HoldsAsync(() =>
        {
            app.Clock.Advance(TimeSpan.FromSeconds(5));
            return smtp.Mails.Count > 1;
        });
        var second = await smtp.LinkMailAsync("alice@example.test", count: 2);

        Assert.NotEqual(first.Message.MessageId, second.Message.MessageId);
        Assert.Contains("npm login", await AcceptAsync(new Browser(app), AccountCalls.LinkIn(second.Message.TextBody!)));
    }

    private static async Task<string> AcceptAsync(Browser browser, string link, string password = AccountCalls.AnotherPassword, bool isOpen = true)
    {
        var page = await browser.OpenAsync(link);
        return isOpen && browser.Status == HttpStatusCode.OK
            ? await browser.SubmitAsync("", ("password", password), ("again", password))
            : page;
    }
}
