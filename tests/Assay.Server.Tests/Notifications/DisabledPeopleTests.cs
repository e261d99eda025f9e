using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.Accounts;
using Assay.Server.Tests.Packages.Locks;
using Assay.Server.Tests.Packages.Staging;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Notifications;

/// <summary>Whoever is disabled has left, whatever roles their name still has: they hear of their own account and of nothing else.</summary>
public sealed class DisabledPeopleTests
{
    private const string Package = "@acme/x";

    [Fact]
    public async Task Neither_as_owners_nor_as_administrators_do_they_get_mails()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await WorldAsync(app);
        await DisableAsync(app, "bob", "rita", "oskar");
        await smtp.NoticeAsync("bob@example.test", "An account was disabled: bob");

        await app.LockedAsync(alice, Package, Locking.Tokens);

        await Eventually.HoldsAsync(() => Told(smtp).Length >= 2);
        await IdleAsync(app);
        Assert.Equal(["alice@example.test", "root@example.test"], Told(smtp));
    }

    // Else what is about nothing that anybody administers would go to whoever does not work here any more.
    [Fact]
    public async Task What_nobody_else_answers_for_goes_to_the_administrators_who_are_left()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        await WorldAsync(app);
        await DisableAsync(app, "alice", "bob", "rita", "oskar");

        await app.CommandAsync("/lock/set", new JsonObject { ["target"] = Package, ["lock"] = Locking.OidcOnly });

        await smtp.NoticeAsync("root@example.test", "A lock was set: @acme/x");
        await IdleAsync(app);
        Assert.Equal("root@example.test", Assert.Single(smtp.Mails, mail => mail.Subject.Contains("A lock was set: @acme/x", StringComparison.Ordinal)).To);
    }

    [Fact]
    public async Task A_link_to_another_password_is_neither_made_nor_sent()
    {
        var refuses = true;
        await using var smtp = new SmtpReceiver { Refuse = _ => Volatile.Read(ref refuses) ? "450 4.2.0 later" : null };
        await using var app = await RegistryApp.StartAsync([.. smtp.Options, "--Assay:Identity:RecoveryMinutes=1440"]);
        await app.SignedInAsync("root", isAdministrator: true);
        await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice");
        await AskForAnotherPasswordAsync(app);
        await Eventually.HoldsAsync(() => app.ReadAsync(db => db.Jobs.AnyAsync(job => job.Kind == "link-mail" && job.LastProblem != null)));

        await DisableAsync(app, "alice");
        Volatile.Write(ref refuses, false);
        await AskForAnotherPasswordAsync(app);
        app.Clock.Advance(TimeSpan.FromMinutes(20));
        await IdleAsync(app);

        Assert.False(smtp.HasLinkMail());
        Assert.Contains(smtp.Mails, mail => mail.To == "alice@example.test" && mail.Subject.Contains("An account was disabled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Their_webhooks_are_told_nothing_any_more()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var app = await RegistryApp.StartAsync([WebhookCalls.Loopback]);
        var alice = await WorldAsync(app);
        foreach (var name in new[] { "bob", "rita" })
        {
            await app.WebhookAsync(await SignedInAgainAsync(app, name), new Uri(receiver.Url, name), ["lock.*"]);
        }
        await app.WebhookAsync(alice, new Uri(receiver.Url, "alice"), ["lock.*"]);
        await app.LockedAsync(alice, Package, Locking.Tokens);
        await Eventually.HoldsAsync(() => receiver.Messages.Count == 3);

        await DisableAsync(app, "bob", "rita");
        await app.LockedAsync(alice, Package, Locking.OidcOnly);

        await Eventually.HoldsAsync(() => receiver.Messages.Count(message => message.Path == "/alice") == 3);
        await IdleAsync(app);
        Assert.Equal(["/alice", "/alice", "/alice", "/bob", "/rita"], receiver.Messages.Select(message => message.Path).Order(StringComparer.Ordinal));
    }

    /// <summary>Alice and bob own the package, oskar owns its organisation, root and rita administer the registry.</summary>
    private static async Task<string> WorldAsync(RegistryApp app)
    {
        await app.SignedInAsync("root", isAdministrator: true);
        await app.SignedInAsync("rita", isAdministrator: true);
        var oskar = await app.SignedInAsync("oskar");
        await app.OrganisationAsync("acme", "oskar");
        var alice = await app.MemberAsync(oskar, "acme", "alice");
        await app.MemberAsync(oskar, "acme", "bob");
        await app.PublishedAsync(alice, new TestPackage(Package, "1.0.0"));
        await app.OwnsAsync("bob", Package);
        return alice;
    }

    private static async Task<string> SignedInAgainAsync(RegistryApp app, string name) =>
        (string)(await (await app.CouchAsync(name)).ShouldBeAsync(HttpStatusCode.Created))["token"]!;

    private static async Task DisableAsync(RegistryApp app, params string[] names)
    {
        foreach (var name in names)
        {
            await app.CommandAsync("/user/disable", new JsonObject { ["name"] = name });
        }
    }

    private static string[] Told(SmtpReceiver smtp) =>
        [.. smtp.Mails.Where(mail => mail.Subject.Contains("A lock will be loosened: @acme/x", StringComparison.Ordinal)).Select(mail => mail.To).Order(StringComparer.Ordinal)];

    private static Task IdleAsync(RegistryApp app) => Eventually.HoldsAsync(() => app.ReadAsync(async db => !await db.Jobs.AnyAsync(job => job.DueAt != null)));

    private static async Task AskForAnotherPasswordAsync(RegistryApp app)
    {
        var browser = new Browser(app);
        await browser.OpenAsync("/-/forgot");
        await browser.SubmitAsync("", ("who", "alice"));
        await app.SettledAsync();
    }
}
