using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Notifications;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace Assay.Server.Tests.Notifications;

public sealed class MailTests
{
    [Fact]
    public async Task Who_gets_a_token_gets_a_mail_about_it()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);

        var token = await app.SignedInAsync("alice");

        await Eventually.HoldsAsync(() => smtp.Mails.Count > 0);
        var mail = Assert.Single(smtp.Mails);
        Assert.Equal(("assay@acme.example", "alice@example.test"), (mail.From, mail.To));
        Assert.StartsWith("[localhost] An access token was made for your account: ", mail.Message.Subject, StringComparison.Ordinal);
        Assert.Equal("Assay <assay@acme.example>", mail.Message.From.ToString().Replace("\"", "", StringComparison.Ordinal));
        Assert.Matches("^job-[0-9]+-[0-9]+@localhost$", mail.Message.MessageId);
        Assert.Equal("auto-generated", mail.Message.Headers["Auto-Submitted"]);
        Assert.IsType<TextPart>(mail.Message.Body);
        Assert.Null(mail.Message.HtmlBody);
        Assert.Contains("Hello alice", mail.Message.TextBody, StringComparison.Ordinal);
        Assert.Contains("If it was not you", mail.Message.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain(token, mail.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Owners_hear_of_what_is_done_with_their_package_and_others_do_not()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await app.SignedInAsync("alice");
        await app.SignedInAsync("bob");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));

        await (await app.PutAsync("/-/assay/v1/package/@acme%2fx/provenance", alice, new JsonObject { ["mayLoseProvenance"] = true })).ShouldBeAsync(HttpStatusCode.OK);

        var mail = await MailAsync(smtp, "What is shown and asked of provenance");
        Assert.Equal("alice@example.test", mail.To);
        Assert.Contains("You get this because you administer it", mail.Message.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_administers_the_package_hears_of_it_by_whichever_role_and_nobody_else()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await app.SignedInAsync("alice");
        await app.OrganisationAsync("acme", "alice");
        await app.MemberAsync(alice, "acme", "adam", "admin");
        await app.MemberAsync(alice, "acme", "dev");
        await app.MemberAsync(alice, "acme", "writer");
        var carl = await app.MemberAsync(alice, "acme", "carl");
        await app.TeamAsync(alice, "acme", "core", "carl");
        await app.TeamAsync(alice, "acme", "press", "writer");
        await app.PublishedAsync(carl, new TestPackage("@acme/x", "1.0.0"));
        await (await app.PutAsync("/-/team/acme/press/package", alice, new JsonObject { ["package"] = "@acme/x", ["permissions"] = "write" })).ShouldBeAsync(HttpStatusCode.Created);
        await (await app.PutAsync("/-/team/acme/core/package", alice, new JsonObject { ["package"] = "@acme", ["permissions"] = "admin" })).ShouldBeAsync(HttpStatusCode.Created);
        var owner = await app.MemberAsync(alice, "acme", "olga", "owner");
        await (await app.PutAsync("/-/package/@acme%2fx/owners", owner, new JsonObject { ["user"] = "olga" })).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.DeleteAsync("/-/package/@acme%2fx/owners/carl", owner)).ShouldBeAsync(HttpStatusCode.OK);

        await (await app.PutAsync("/-/assay/v1/package/@acme%2fx/lock", alice, new JsonObject { ["lock"] = "oidc-only" })).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.PutAsync("/-/assay/v1/locks/@acme", alice, new JsonObject { ["lock"] = "oidc-only" })).ShouldBeAsync(HttpStatusCode.OK);

        await Eventually.HoldsAsync(() => smtp.Mails.Count(mail => mail.Subject.Contains("A lock was set: ", StringComparison.Ordinal)) == 7);
        Assert.Equal(["adam", "alice", "carl", "olga"], About("@acme/x"));
        Assert.Equal(["adam", "alice", "olga"], About("@acme"));

        string[] About(string target) =>
            [.. smtp.Mails.Where(mail => mail.Subject.EndsWith($"A lock was set: {target}", StringComparison.Ordinal)).Select(mail => mail.To.Split('@')[0]).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task A_lock_that_will_be_loosened_is_told_to_who_can_take_it_back()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await app.SignedInAsync("alice");
        await app.SignedInAsync("root", isAdministrator: true);
        await app.SignedInAsync("bob");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));

        await (await app.PutAsync("/-/assay/v1/package/@acme%2fx/lock", alice, new JsonObject { ["lock"] = "tokens-allowed" })).ShouldBeAsync(HttpStatusCode.OK);

        await Eventually.HoldsAsync(() => smtp.Mails.Count(mail => mail.Subject.Contains("A lock will be loosened: @acme/x", StringComparison.Ordinal)) == 2);
        var mails = smtp.Mails.Where(mail => mail.Subject.Contains("A lock will be loosened", StringComparison.Ordinal)).ToList();
        Assert.Equal(["alice@example.test", "root@example.test"], mails.Select(mail => mail.To).Order(StringComparer.Ordinal));
        Assert.All(mails, mail => Assert.Matches("Detail:  *tokens-allowed from [0-9TZ:.-]+, until then 2fa-or-oidc", mail.Message.TextBody));
    }

    [Theory]
    [InlineData("lock", """{"lock":"tokens-allowed"}""", true, "A lock was loosened: @acme/x")]
    [InlineData("lock", """{"secondOwner":false}""", true, "A demand ended: @acme/x")]
    [InlineData("staging", """{"approvals":1}""", false, "What is asked of staged versions will be loosened: @acme/x")]
    [InlineData("staging", """{"everyPublish":false}""", false, "What is asked of staged versions will be loosened: @acme/x")]
    [InlineData("staging", """{"everyPublish":false}""", true, "What is asked of staged versions was loosened: @acme/x")]
    public async Task Whatever_is_asked_less_of_a_package_is_told_to_its_owners_and_to_administrators(string what, string looser, bool isAtOnce, string subject)
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync([.. smtp.Options, .. isAtOnce ? new[] { "--Assay:Packages:LockCoolingOffHours=0" } : []]);
        var alice = await app.SignedInAsync("alice");
        await app.SignedInAsync("root", isAdministrator: true);
        await app.SignedInAsync("bob");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await (await app.PutAsync("/-/assay/v1/package/@acme%2fx/lock", alice, new JsonObject { ["secondOwner"] = true })).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.PutAsync("/-/assay/v1/package/@acme%2fx/staging", alice, new JsonObject { ["approvals"] = 2, ["everyPublish"] = true })).ShouldBeAsync(HttpStatusCode.OK);

        await (await app.PutAsync($"/-/assay/v1/package/@acme%2fx/{what}", alice, JsonNode.Parse(looser)!)).ShouldBeAsync(HttpStatusCode.OK);

        await Eventually.HoldsAsync(() => smtp.Mails.Count(mail => mail.Subject.EndsWith(subject, StringComparison.Ordinal)) >= 2);
        await Eventually.HoldsAsync(() => app.ReadAsync(async db => !await db.Jobs.AnyAsync(job => job.DueAt != null)));
        Assert.Equal(
            ["alice@example.test", "root@example.test"],
            smtp.Mails.Where(mail => mail.Subject.EndsWith(subject, StringComparison.Ordinal)).Select(mail => mail.To).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_publish_is_mailed_to_those_owners_who_asked_for_it()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await app.SignedInAsync("alice");
        await MailAsync(smtp, "access token");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await app.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) =>
        {
            commit.Db.MailPreferences.Add(new MailPreferenceRow { PersonId = 1, Event = "version.published", IsWanted = true });
            commit.Db.MailPreferences.Add(new MailPreferenceRow { PersonId = 1, Event = "token.created", IsWanted = false });
            commit.Changed(Listeners.ChangeKey);
            return Task.FromResult(true);
        }, CancellationToken.None);

        await app.TokenAsync(alice, new JsonObject { ["readonly"] = true, ["cidr_whitelist"] = null });
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.1.0"));

        await MailAsync(smtp, "A version was published: @acme/x@1.1.0");
        Assert.Single(smtp.Mails, mail => mail.Subject.Contains("A version was published", StringComparison.Ordinal));
        Assert.Single(smtp.Mails, mail => mail.Subject.Contains("access token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_mail_server_nothing_is_queued()
    {
        await using var app = await RegistryApp.StartAsync();

        await app.SignedInAsync("alice");

        Assert.False(await app.ReadAsync(db => db.Jobs.AnyAsync()));
    }

    [Fact]
    public async Task A_mail_whose_receipt_was_not_heard_comes_again_with_the_same_id()
    {
        await using var smtp = new SmtpReceiver { HangsUpAfterData = true };
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        await app.SignedInAsync("alice");
        await Eventually.HoldsAsync(() => app.ReadAsync(db => db.Jobs.AnyAsync(row => row.Kind == "mail" && row.LastProblem != null)));

        smtp.HangsUpAfterData = false;
        await app.PassUntilAsync(() => app.ReadAsync(db => db.Jobs.AnyAsync(row => row.Kind == "mail" && row.FinishedAt != null)));

        Assert.InRange(smtp.Mails.Count, 2, 4);
        Assert.Single(smtp.Mails.Select(mail => mail.Message.MessageId).Distinct());
    }

    [Theory]
    [InlineData("550 5.1.1 nobody here", true)]
    [InlineData("451 4.3.0 later", false)]
    public async Task An_address_that_never_takes_mail_is_given_up_and_any_other_trouble_is_not(string answer, bool isDead)
    {
        await using var smtp = new SmtpReceiver { Refuse = _ => answer };
        await using var app = await RegistryApp.StartAsync(smtp.Options);

        await app.SignedInAsync("alice");

        await Eventually.HoldsAsync(() => app.ReadAsync(db => db.Jobs.AnyAsync(row => row.Kind == "mail" && row.LastProblem != null)));
        var job = await app.ReadAsync(db => db.Jobs.SingleAsync(row => row.Kind == "mail"));
        Assert.Equal(isDead, job.DeadAt is not null);
        Assert.Contains(answer[..3], job.LastProblem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_others_chose_cannot_begin_a_header_or_a_line()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var hostile = new AuditEventRow
        {
            Id = 7,
            At = app.Clock.GetUtcNow(),
            Actor = "mallory\r\nBcc: everybody@example.test",
            Action = "version.unpublished",
            Subject = "@acme/x@1.0.0\r\nBcc: everybody@example.test\r\n\r\n<b>read this</b>",
            Detail = "line\u2028another\u202Ereversed\n.\nMAIL FROM:<x@y.test>",
            Address = "",
        };

        var message = app.Services.GetRequiredService<WriteMail>().About("job-1", ("alice\nX-Evil: 1", MailboxAddress.Parse("alice@example.test")), hostile, MailReason.Owner);

        using var bytes = new MemoryStream();
        await message.WriteToAsync(bytes);
        bytes.Position = 0;
        var read = await MimeMessage.LoadAsync(bytes);
        Assert.Equal(
            ["Auto-Submitted", "Date", "From", "MIME-Version", "Message-Id", "Subject", "To"],
            read.Headers.Select(header => header.Field).Order(StringComparer.Ordinal));
        Assert.Equal("alice@example.test", read.To.ToString());
        Assert.DoesNotContain('\n', read.Subject!);
        Assert.DoesNotContain(read.TextBody!.Split('\n'), line => line.TrimStart().StartsWith("Bcc", StringComparison.Ordinal) || line.Trim() == "." || line.StartsWith("X-Evil", StringComparison.Ordinal));
        Assert.DoesNotContain('\u202E', read.TextBody!);
    }

    [Theory]
    [InlineData("alice@example.test", true)]
    [InlineData("alice", false)]
    [InlineData("", false)]
    [InlineData("Alice <alice@example.test>", false)]
    [InlineData("alice@example.test, bob@example.test", false)]
    [InlineData("alice@example.test\r\nBcc: bob@example.test", false)]
    [InlineData("<alice@example.test>", false)]
    [InlineData("alice@", false)]
    public void Only_one_whole_address_is_written_to(string text, bool isAddress) =>
        Assert.Equal(isAddress, MailAddress.TryParse(text, out _));

    [Theory]
    [InlineData("Assay:Mail:From", "--Assay:Mail:Host=smtp.test")]
    [InlineData("Assay:Mail:From", "--Assay:Mail:Host=smtp.test", "--Assay:Mail:From=nobody")]
    [InlineData("Assay:Mail:Host", "--Assay:Mail:Host=not a host", "--Assay:Mail:From=a@b.test")]
    [InlineData("Assay:Mail:PasswordFile", "--Assay:Mail:Host=smtp.test", "--Assay:Mail:From=a@b.test", "--Assay:Mail:User=me")]
    [InlineData("Assay:Mail:PasswordFile", "--Assay:Mail:Host=smtp.test", "--Assay:Mail:From=a@b.test", "--Assay:Mail:User=me", "--Assay:Mail:PasswordFile=missing")]
    [InlineData("Assay:Mail:Security", "--Assay:Mail:Host=smtp.test", "--Assay:Mail:From=a@b.test", "--Assay:Mail:User=me", "--Assay:Mail:PasswordFile=x", "--Assay:Mail:Security=None")]
    [InlineData("Assay:Mail", "--Assay:Mail:Host=smtp.test", "--Assay:Mail:From=a@b.test", "--Assay:Mail:Security=Perhaps")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string key, params string[] settings)
    {
        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(settings));

        Assert.Contains(key, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_signs_in_with_the_password_of_the_file()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("password"), "correct horse\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(folder.In("password"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using var smtp = new SmtpReceiver { Account = "assay:correct horse" };
        await using var app = await RegistryApp.StartAsync([.. smtp.Options, "--Assay:Mail:User=assay", $"--Assay:Mail:PasswordFile={folder.In("password")}"]);

        var printed = await app.CommandAsync("/mail/test", new JsonObject { ["address"] = "ops@acme.example" });

        Assert.Contains($"127.0.0.1:{smtp.Port} (None) took a mail to ops@acme.example", printed, StringComparison.Ordinal);
        Assert.Equal(("assay", "[localhost] Mail works"), (smtp.Mails[^1].User, smtp.Mails[^1].Message.Subject));
        Assert.True(await app.ReadAsync(db => db.AuditEvents.AnyAsync(row => row.Action == "mail.tested")));
    }

    [Fact]
    public async Task A_test_says_why_nothing_went_out()
    {
        await using var smtp = new SmtpReceiver { Refuse = _ => "550 5.7.1 relaying denied" };
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        await using var without = await RegistryApp.StartAsync();

        var refused = await (await app.OperatorAsync("/mail/test", new JsonObject { ["address"] = "ops@acme.example" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "mail-refused");
        var none = await without.OperatorAsync("/mail/test", new JsonObject { ["address"] = "ops@acme.example" });
        var noAddress = await app.OperatorAsync("/mail/test", new JsonObject { ["address"] = "ops" });

        Assert.Contains("550: 5.7.1 relaying denied", refused, StringComparison.Ordinal);
        await none.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "no-mail");
        await noAddress.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
    }

    [Fact]
    public async Task The_doctor_connects_and_says_what_is_wrong()
    {
        await using var smtp = new SmtpReceiver();
        await using var works = await RegistryApp.StartAsync(smtp.Options);
        await using var unencrypted = await RegistryApp.StartAsync([.. smtp.Options, "--Assay:Mail:Security=StartTls"]);
        await using var nobody = await RegistryApp.StartAsync([.. smtp.Options, $"--Assay:Mail:Port={FreePort.Next()}"]);

        Assert.Equal(FindingLevel.Ok, (await FindingAsync(works)).Level);
        Assert.Equal(FindingLevel.Failed, (await FindingAsync(unencrypted)).Level);
        var finding = await FindingAsync(nobody);
        Assert.Equal(FindingLevel.Failed, finding.Level);
        Assert.Contains("No mail goes out: 127.0.0.1:", finding.What, StringComparison.Ordinal);
        Assert.Empty(smtp.Mails);
    }

    [Fact]
    public async Task The_owner_of_a_webhook_that_was_stopped_is_told_by_mail()
    {
        await using var smtp = new SmtpReceiver();
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(410);
        await using var app = await RegistryApp.StartAsync([.. smtp.Options, WebhookCalls.Loopback]);
        var alice = await app.SignedInAsync("alice");
        var (id, _) = await app.WebhookAsync(alice, receiver.Url, ["version.*"]);

        await (await app.ToWebhookAsync(alice, id, "ping")).ShouldBeAsync(HttpStatusCode.Accepted);

        var mail = await MailAsync(smtp, "A webhook was stopped");
        Assert.Equal("alice@example.test", mail.To);
        Assert.Contains("its receiver answered 410", mail.Message.TextBody, StringComparison.Ordinal);
    }

    private static async Task<ReceivedMail> MailAsync(SmtpReceiver smtp, string about)
    {
        await Eventually.HoldsAsync(() => smtp.Mails.Any(mail => mail.Subject.Contains(about, StringComparison.Ordinal)));
        return smtp.Mails.First(mail => mail.Subject.Contains(about, StringComparison.Ordinal));
    }

    private static async Task<Finding> FindingAsync(RegistryApp app) =>
        await app.Services.GetServices<IDoctorCheck>().OfType<MailCheck>().Single().RunAsync(CancellationToken.None).SingleAsync();
}
