using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Notifications;

namespace Assay.Server.Tests.Packages.Reports;

/// <summary>What is told of a report, and to whom it is not.</summary>
public sealed class ReportSecrecyTests
{
    private const string Package = "@acme/x";

    [Fact]
    public async Task Administrators_are_mailed_every_report_and_owners_all_but_malware_without_the_reporter()
    {
        await using var smtp = new SmtpReceiver();
        await using var world = await WorldAsync(smtp.Options);

        await world.App.ReportedAsync(world.Bob, Package, "malware", "steals tokens");
        await world.App.ReportedAsync(world.Bob, Package, "vulnerability", "parses with eval");

        await Eventually.HoldsAsync(() => Reported().Count == 3);
        Assert.Equal(["alice", "root", "root"], Reported().Select(mail => mail.To.Split('@')[0]).Order(StringComparer.Ordinal));
        var owners = Reported().Single(mail => mail.To.StartsWith("alice", StringComparison.Ordinal));
        Assert.Equal($"[localhost] A package was reported: {Package} #2 vulnerability", owners.Subject);
        Assert.DoesNotContain("bob", owners.Raw, StringComparison.Ordinal);
        Assert.All(Reported(), mail => Assert.DoesNotContain("eval", mail.Raw, StringComparison.Ordinal));
        Assert.Contains("By:      bob", Reported().First(mail => mail.To.StartsWith("root", StringComparison.Ordinal)).Message.TextBody, StringComparison.Ordinal);

        List<ReceivedMail> Reported() => [.. smtp.Mails.Where(mail => mail.Subject.Contains("A package was reported", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task Who_reported_is_mailed_what_came_of_it_and_not_who_decided()
    {
        await using var smtp = new SmtpReceiver();
        await using var world = await WorldAsync(smtp.Options);
        var id = await world.App.ReportedAsync(world.Bob, Package, "malware");

        await (await world.App.CloseReportAsync(world.Root, id, "not-confirmed", "it is a test\nof the CI")).ShouldBeAsync(HttpStatusCode.OK);

        await Eventually.HoldsAsync(() => smtp.Mails.Any(mail => mail.Subject.Contains("A report was closed", StringComparison.Ordinal)));
        var mail = Assert.Single(smtp.Mails, mail => mail.Subject.Contains("A report was closed", StringComparison.Ordinal));
        Assert.Equal("bob@example.test", mail.To);
        Assert.Contains("not-confirmed: it is a test of the CI", mail.Message.TextBody, StringComparison.Ordinal);
        Assert.Contains("because you reported it", mail.Message.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("root", mail.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain("From:   ", mail.Message.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_malware_reaches_the_webhooks_of_owners_and_of_the_rest_not_who_reported()
    {
        await using var owners = await Receiver.StartAsync();
        await using var administrators = await Receiver.StartAsync();
        await using var world = await WorldAsync([WebhookCalls.Loopback]);
        await world.App.WebhookAsync(world.Alice, owners.Url, ["*"]);
        await world.App.WebhookAsync(world.Root, administrators.Url, ["report.*"]);

        var malware = await world.App.ReportedAsync(world.Bob, Package, "malware", "steals tokens");
        await (await world.App.CloseReportAsync(world.Root, malware)).ShouldBeAsync(HttpStatusCode.OK);
        await world.App.ReportedAsync(world.Bob, Package, "other", "no licence");

        await Eventually.HoldsAsync(() => owners.Messages.Any(message => message.Type == "report.made"));
        await Eventually.HoldsAsync(() => administrators.Messages.Count == 3);
        var told = Assert.Single(owners.Messages, message => message.Type.StartsWith("report.", StringComparison.Ordinal));
        Assert.Equal((Package, $"{Package} #2 other", "somebody"), (
            (string?)told.Json["data"]!["package"], (string?)told.Json["data"]!["subject"], (string?)told.Json["data"]!["actor"]));
        Assert.All(owners.Messages, message => Assert.DoesNotContain("malware", message.Body, StringComparison.Ordinal));
        Assert.All(owners.Messages, message => Assert.DoesNotContain("bob", message.Body, StringComparison.Ordinal));
        Assert.Contains(administrators.Messages, message => (string?)message.Json["data"]!["subject"] == $"#1 malware {Package}" && (string?)message.Json["data"]!["actor"] == "bob");
    }

    [Fact]
    public async Task The_audit_of_a_package_has_no_malware_not_even_as_a_gap_and_no_reporters()
    {
        await using var world = await WorldAsync([]);
        await world.App.ReportedAsync(world.Bob, Package, "other");
        await world.App.ReportedAsync(world.Bob, Package, "malware");

        var newest = await AuditAsync(world, world.Alice, "?action=report.*&limit=1");
        var byReporter = await AuditAsync(world, world.Alice, "?actor=bob");
        var administrators = await AuditAsync(world, world.Root, "?actor=bob&action=report.*");
        var export = await (await world.App.GetAsync("/-/assay/v1/package/@acme%2fx/audit/export", world.Alice)).Content.ReadAsStringAsync();

        Assert.Equal(($"{Package} #1 other", "somebody"), ((string?)newest[0]!["subject"], (string?)newest[0]!["actor"]));
        Assert.Empty(byReporter);
        Assert.Equal("bob", (string?)Assert.Single(administrators)!["actor"]);
        Assert.DoesNotContain("malware", export, StringComparison.Ordinal);
        Assert.DoesNotContain("bob", export, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_named_like_what_is_recorded_of_malware_learns_nothing()
    {
        await using var world = await WorldAsync([]);
        var carol = await world.App.SignedInAsync("carol");
        await world.App.PublishedAsync(carol, new TestPackage("malware", "1.0.0"));
        await world.App.PublishedAsync(carol, new TestPackage("1", "1.0.0"));
        await world.App.ReportedAsync(world.Bob, Package, "malware");

        foreach (var name in new[] { "malware", "1" })
        {
            var events = await AuditAsync(world, carol, "?action=report.*", name);

            Assert.Empty(events);
        }
    }

    private static async Task<JsonArray> AuditAsync(World world, string token, string query, string package = "@acme%2fx") =>
        (await (await world.App.GetAsync($"/-/assay/v1/package/{package}/audit{query}", token)).ShouldBeAsync(HttpStatusCode.OK))["events"]!.AsArray();

    private static async Task<World> WorldAsync(string[] options)
    {
        var app = await RegistryApp.StartAsync(options);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage(Package, "1.0.0"));
        return new World(app, alice, await app.SignedInAsync("bob"), await app.SignedInAsync("root", isAdministrator: true));
    }

    private sealed record World(RegistryApp App, string Alice, string Bob, string Root) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
