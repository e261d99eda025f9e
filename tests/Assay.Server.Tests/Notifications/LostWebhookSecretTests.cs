using System.Net;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Notifications;

/// <summary>Webhooks whose secret nobody can open any more: they wait, and after an operator's word they are told nothing until they have another.</summary>
public sealed class LostWebhookSecretTests : IAsyncLifetime
{
    private static readonly TestPackage First = new("@acme/x", "1.0.0");

    private readonly TemporaryFolder folder = new();
    private Receiver receiver = null!;
    private RegistryApp app = null!;
    private string root = null!;
    private long id;
    private string former = null!;
    private string lost = null!;

    /// <summary>A webhook with two secrets, sealed with a key that is gone.</summary>
    public async ValueTask InitializeAsync()
    {
        receiver = await Receiver.StartAsync();
        await using (var before = await RegistryApp.StartAsync([WebhookCalls.Loopback], folder.Path))
        {
            root = await before.SignedInAsync("root", isAdministrator: true);
            (id, former) = await before.WebhookAsync(root, receiver.Url, ["version.*"]);
            lost = (string)(await (await before.ToWebhookAsync(root, id, "rotate")).ShouldBeAsync(HttpStatusCode.OK))["secret"]!;
        }
        File.Move(folder.In("keys/secrets.key"), folder.In("secrets.key.kept"));
        app = await RegistryApp.StartAsync([WebhookCalls.Loopback], folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await receiver.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task What_cannot_be_signed_waits_for_the_key_and_comes_signed()
    {
        await app.PublishedAsync(root, First);
        await Eventually.HoldsAsync(() => app.ReadAsync(db => db.Jobs.AnyAsync(job => job.Kind == "webhook" && job.LastProblem != null)));
        var before = receiver.Messages.Count;

        File.Move(folder.In("secrets.key.kept"), folder.In("keys/secrets.key"));
        await app.PassUntilAsync(() => Task.FromResult(receiver.Messages.Count > 0));

        Assert.Equal(0, before);
        Assert.True(await StandardWebhooks.VerifiesAsync(lost, Assert.Single(receiver.Messages)));
    }

    [Fact]
    public async Task Forgotten_it_is_stopped_and_what_waited_is_skipped_and_never_sent_unsigned()
    {
        await app.PublishedAsync(root, First);
        await Eventually.HoldsAsync(() => app.ReadAsync(db => db.Jobs.AnyAsync(job => job.Kind == "webhook" && job.LastProblem != null)));

        var said = await app.CommandAsync("/secrets/forget");
        await app.PassUntilAsync(async () => (string?)Assert.Single(await app.DeliveriesAsync(root, id))["state"] == "skipped");
        await app.PublishedAsync(root, First with { Version = "1.1.0" });

        Assert.Contains("1 webhooks", said, StringComparison.Ordinal);
        var shown = await app.ShownWebhookAsync(root, id);
        Assert.NotNull(shown["stoppedAt"]);
        Assert.Contains("Give it another secret", (string)shown["stoppedWhy"]!, StringComparison.Ordinal);
        Assert.Null(shown["formerSecretUntil"]);
        Assert.Single(await app.DeliveriesAsync(root, id));
        Assert.Empty(receiver.Messages);
    }

    [Fact]
    public async Task Nothing_sets_it_going_before_it_has_another_secret()
    {
        await app.CommandAsync("/secrets/forget");

        using var resumed = await app.ToWebhookAsync(root, id, "resume");
        using var ping = await app.ToWebhookAsync(root, id, "ping");

        await resumed.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "webhook-without-secret");
        await ping.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "webhook-stopped");
        Assert.NotNull((await app.ShownWebhookAsync(root, id))["stoppedAt"]);
    }

    [Fact]
    public async Task With_another_secret_it_is_told_again_signed_with_that_one_alone()
    {
        await app.CommandAsync("/secrets/forget");

        var rotated = await (await app.ToWebhookAsync(root, id, "rotate")).ShouldBeAsync(HttpStatusCode.OK);
        var between = await app.ShownWebhookAsync(root, id);
        await (await app.ToWebhookAsync(root, id, "resume")).ShouldBeAsync(HttpStatusCode.NoContent);
        await app.PublishedAsync(root, First);

        await Eventually.HoldsAsync(() => receiver.Messages.Count > 0);
        var message = Assert.Single(receiver.Messages);
        Assert.True(await StandardWebhooks.VerifiesAsync((string)rotated["secret"]!, message));
        Assert.Single(message.Signature.Split(' '));
        Assert.False(await StandardWebhooks.VerifiesAsync(lost, message));
        Assert.False(await StandardWebhooks.VerifiesAsync(former, message));
        // Another secret is no word that it shall go on.
        Assert.NotNull(between["stoppedAt"]);
        Assert.Null(between["formerSecretUntil"]);
    }
}
