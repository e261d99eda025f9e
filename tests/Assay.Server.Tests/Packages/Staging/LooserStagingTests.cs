using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Packages.Locks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Packages.Staging;

/// <summary>Fewer approvals, and an end of staging every publish: they wait as a loosened lock does.</summary>
public sealed class LooserStagingTests : IAsyncLifetime
{
    private const string Settings = "/-/assay/v1/package/@acme%2fx/staging";

    private static readonly TestPackage First = new("@acme/x", "1.0.0");
    private static readonly TestPackage Next = First with { Version = "1.1.0" };

    private RegistryApp app = null!;
    private string alice = null!;
    private Approver bob = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, First);
        bob = await app.ApproverAsync("bob", "@acme/x");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Fewer_approvals_are_enough_only_after_a_day()
    {
        await SetAsync("approvals", 3);
        using var answer = await app.PutAsync(Settings, alice, new JsonObject { ["approvals"] = 1 });
        var shown = await answer.ShouldBeAsync(HttpStatusCode.OK);
        var id = await app.StagedAsync(alice, Next);

        await app.ApproveAsync(bob, id);

        Assert.Equal((3, 1), ((int)shown["approvals"]!, (int)shown["loosening"]!["approvals"]!["to"]!));
        Assert.Contains("only from", answer.Notice(), StringComparison.Ordinal);
        Assert.Equal("2", (string?)(await app.StageAsync(bob.Token, id))["approvalsMissing"]);
        app.Clock.Advance(TimeSpan.FromHours(24));
        await (await app.ApproveAsync(bob, id)).ShouldBeAsync(HttpStatusCode.Created);
        var after = await ShownAsync();
        Assert.Equal((1, null), ((int)after["approvals"]!, after["loosening"]));
    }

    [Fact]
    public async Task More_are_needed_at_once_and_setting_what_holds_takes_fewer_back()
    {
        await SetAsync("approvals", 2);
        await SetAsync("approvals", 1);

        var kept = await SetAsync("approvals", 2);

        Assert.Null(kept["loosening"]);
        app.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(2, (int)(await ShownAsync())["approvals"]!);
        Assert.Equal(
            ["package.staging @acme/x by alice: approvals 2, was 1", "staging.loosening", "staging.kept"],
            (await app.RecordedAsync("package.staging")).Concat((await app.RecordedAsync("staging.")).Select(line => line.Split(' ')[0])));
    }

    [Fact]
    public async Task Asking_for_still_fewer_waits_anew()
    {
        await SetAsync("approvals", 3);
        await SetAsync("approvals", 2);
        app.Clock.Advance(TimeSpan.FromHours(23));

        await SetAsync("approvals", 1);

        app.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(3, (int)(await ShownAsync())["approvals"]!);
        app.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, (int)(await ShownAsync())["approvals"]!);
    }

    [Fact]
    public async Task Every_publish_is_staged_on_for_a_day_after_its_end_was_asked_for()
    {
        await SetAsync("everyPublish", true);
        var shown = await SetAsync("everyPublish", false);

        await (await Next.PublishAsync(app, alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "publish-staged");

        Assert.True((bool)shown["everyPublish"]!);
        Assert.False((bool)shown["loosening"]!["everyPublish"]!["to"]!);
        app.Clock.Advance(TimeSpan.FromHours(24));
        await app.PublishedAsync(alice, First with { Version = "1.2.0" });
        Assert.False((bool)(await ShownAsync())["everyPublish"]!);
    }

    [Fact]
    public async Task Its_end_is_taken_back_by_setting_what_holds()
    {
        await SetAsync("everyPublish", true);
        await SetAsync("everyPublish", false);

        await SetAsync("everyPublish", true);

        app.Clock.Advance(TimeSpan.FromDays(2));
        await (await Next.PublishAsync(app, alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "publish-staged");
    }

    // Whoever publishes was asked for nothing, because others would have been.
    [Fact]
    public async Task What_would_have_waited_is_not_published_unasked_when_its_reason_ends_on_the_way()
    {
        var onPut = () => { };
        await using var slow = await RegistryApp.StartAsync(replace: services => services.AddSingleton<IBlobStore>(
            provider => new SlowBlobs(provider.GetRequiredService<DataDirectory>(), provider.GetRequiredService<TimeProvider>(), () => onPut())));
        var owner = await slow.SignedInAsync("owner");
        await slow.PublishedAsync(owner, First);
        await slow.EnrolledAsync(owner);
        await slow.ChangeAsync(db => db.Packages.ExecuteUpdateAsync(set => set
            .SetProperty(row => row.StagesEveryPublish, true).SetProperty(row => row.StagesEveryPublishUntil, slow.Clock.GetUtcNow().AddMinutes(1))));
        onPut = () => slow.Clock.Advance(TimeSpan.FromMinutes(1));

        await (await Next.PublishAsync(slow, owner)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "conflict");

        Assert.Equal(["1.0.0"], await slow.VersionsOfAsync("@acme/x"));
        await (await Next.PublishAsync(slow, owner)).ShouldAskAsync();
    }

    [Fact]
    public async Task Without_a_wait_it_is_at_once_and_recorded_as_that()
    {
        await using var quick = await RegistryApp.StartAsync([Locking.AtOnce]);
        var owner = await quick.SignedInAsync("owner");
        await quick.PublishedAsync(owner, First);
        await (await quick.PutAsync(Settings, owner, new JsonObject { ["approvals"] = 2, ["everyPublish"] = true })).ShouldBeAsync(HttpStatusCode.OK);

        await (await quick.PutAsync(Settings, owner, new JsonObject { ["approvals"] = 1, ["everyPublish"] = false })).ShouldBeAsync(HttpStatusCode.OK);

        await quick.PublishedAsync(owner, Next);
        Assert.Equal(
            ["staging.loosened @acme/x by owner: approvals 1, was 2", "staging.loosened @acme/x by owner: every publish off, was on"], await quick.RecordedAsync("staging."));
    }

    private async Task<JsonObject> SetAsync(string member, JsonNode value) =>
        await (await app.PutAsync(Settings, alice, new JsonObject { [member] = value })).ShouldBeAsync(HttpStatusCode.OK);

    /// <summary>Something happens after the bytes were put, and before the commit.</summary>
    private sealed class SlowBlobs(DataDirectory directory, TimeProvider time, Action onPut) : IBlobStore
    {
        private readonly DirectoryBlobStore inner = new(directory.BlobsDirectory, directory.StagingDirectory, time);

        public async Task PutAsync(BlobKey key, Stream content, CancellationToken cancellationToken)
        {
            await inner.PutAsync(key, content, cancellationToken);
            onPut();
        }

        public Task<Stream?> OpenAsync(BlobKey key, CancellationToken cancellationToken) => inner.OpenAsync(key, cancellationToken);

        public Task<bool> ExistsAsync(BlobKey key, CancellationToken cancellationToken) => inner.ExistsAsync(key, cancellationToken);

        public IAsyncEnumerable<StoredBlob> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

        public Task<bool> DeleteUnlessPutSinceAsync(BlobKey key, DateTimeOffset since, CancellationToken cancellationToken) =>
            inner.DeleteUnlessPutSinceAsync(key, since, cancellationToken);

        public Task DeleteAsync(BlobKey key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);
    }

    private async Task<JsonObject> ShownAsync() => await (await app.GetAsync(Settings, alice)).ShouldBeAsync(HttpStatusCode.OK);
}
