using System.Text;
using Assay.Server.Data;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.Transparency;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages.Packages;

/// <summary>The check of a version on its page: all of it holds, and whatever was changed is named in words.</summary>
public sealed class VerifyPageTests : IAsyncLifetime
{
    private TrustWorld world = null!;
    private Browser browser = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TrustWorld.WithPolicyAsync();
        await world.PublishFromGithubAsync("1.0.0");
        browser = new Browser(world.App);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Everything_is_verified_as_it_was_published()
    {
        var steps = await VerifiedAsync();

        Assert.Contains($"Verified in {steps.Count} steps.", browser.Text);
        Assert.All(steps, step => Assert.Contains("| verified |", step));
        Assert.Contains(steps, step => step.StartsWith("Bytes | verified | Read ", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.StartsWith("Registry signature | verified | SHA256:", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.StartsWith("Log checkpoint | verified | Signed by the log ", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.StartsWith("Publish in the log | verified | Entry ", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.StartsWith("Provenance statement | verified | Signed by SHA256:", StringComparison.Ordinal) && step.EndsWith("Its type is https://slsa.dev/provenance/v1.", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.StartsWith("Publish statement | verified | Signed by SHA256:", StringComparison.Ordinal));
        Assert.Equal(2, steps.Count(step => step.StartsWith("Log entry ", StringComparison.Ordinal) && step.Contains("(statement) |", StringComparison.Ordinal)));
        Assert.DoesNotContain(steps, step => step.Contains("dsse", StringComparison.Ordinal));
        Assert.Empty(Bad());
    }

    [Fact]
    public async Task What_a_person_published_is_verified_without_statements()
    {
        await world.App.PublishedAsync(world.Administrator, new TestPackage("@acme/by-hand", "1.0.0"));

        var steps = await VerifiedAsync("@acme/by-hand");

        Assert.Contains(steps, step => step.StartsWith("Statements | nothing there | There are none", StringComparison.Ordinal));
        Assert.DoesNotContain(steps, step => step.Contains("| refuted |", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Changed_bytes_are_refuted()
    {
        var file = Blob();
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        File.SetAttributes(file, FileAttributes.Normal);
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);

        await ShouldBeRefutedAsync("Bytes", "What is stored has another SHA-512 than the registry's facts. Tell the registry's operator.", "Publish");
    }

    [Fact]
    public async Task Missing_bytes_are_refuted()
    {
        File.Delete(Blob());

        await ShouldBeRefutedAsync("Bytes", "The store does not have them. Tell the registry's operator.", "Publish");
    }

    [Fact]
    public async Task A_changed_signature_is_refuted()
    {
        await ChangeAsync(async db =>
        {
            var row = await db.Versions.AsTracking().SingleAsync();
            row.Signature = [.. row.Signature![..^1], (byte)(row.Signature[^1] ^ 1)];
        });

        await ShouldBeRefutedAsync("Registry signature", "is not one of this name, version and SHA-512.", "Publish");
    }

    [Fact]
    public async Task A_changed_leaf_is_refuted()
    {
        await ChangeAsync(async db =>
        {
            var row = await db.LogLeaves.AsTracking().SingleAsync(leaf => leaf.Kind == LogKind.Publish);
            row.Leaf = [.. row.Leaf[..^2], (byte)(row.Leaf[^2] ^ 1), row.Leaf[^1]];
        });

        var steps = await VerifiedAsync();

        // The leaf commits to the event: both say so.
        Assert.Contains(steps, step => step.StartsWith("Log entry ", StringComparison.Ordinal) && step.EndsWith("| refuted | The proof does not lead to the root that the checkpoint signs.", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.StartsWith("Publish in the log | refuted | Entry ", StringComparison.Ordinal) && step.EndsWith("does not commit to what the registry says of it.", StringComparison.Ordinal));
        Assert.Matches(@"2 steps did not verify: Log entry [0-9]+ \(publish\), Publish in the log\.", browser.Text);
        Assert.Equal(["Log"], Bad());
    }

    [Fact]
    public async Task A_changed_event_of_a_leaf_is_refuted()
    {
        await ChangeAsync(async db =>
        {
            var row = await db.LogLeaves.AsTracking().SingleAsync(leaf => leaf.Kind == LogKind.Publish);
            row.Event = row.Event!.Replace("1.0.0", "1.0.1", StringComparison.Ordinal);
        });

        await ShouldBeRefutedAsync("Publish in the log", "does not commit to what the registry says of it.", "Log");
    }

    [Fact]
    public async Task A_leaf_that_is_gone_is_refuted()
    {
        await ChangeAsync(async db => await db.LogLeaves.Where(leaf => leaf.Kind == LogKind.Publish).ExecuteUpdateAsync(set => set.SetProperty(row => row.Package, "@acme/other")));

        await ShouldBeRefutedAsync("Publish in the log", "The log has no publish of this version.", "Log");
    }

    [Fact]
    public async Task A_changed_statement_is_refuted()
    {
        await ChangeAsync(async db =>
        {
            var row = await db.Attestations.AsTracking().SingleAsync(row => row.PredicateType.StartsWith("https://slsa.dev/provenance/"));
            row.Statement = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(row.Statement!).Replace("octo-repo", "evil-repo", StringComparison.Ordinal));
        });

        await ShouldBeRefutedAsync("Provenance statement", "https://slsa.dev/provenance/v1", "Run");
    }

    [Fact]
    public async Task A_changed_digest_in_the_facts_is_refuted_everywhere()
    {
        await ChangeAsync(async db =>
        {
            var row = await db.Versions.AsTracking().SingleAsync();
            row.Sha512 = [.. row.Sha512[..^1], (byte)(row.Sha512[^1] ^ 1)];
        });

        var steps = await VerifiedAsync();

        string[] refuted = ["Bytes", "Registry signature", "Publish in the log"];
        Assert.Equal([.. refuted, "Publish statement", "Provenance statement"], steps.Where(step => step.Contains("| refuted |", StringComparison.Ordinal)).Select(step => step.Split(" | ")[0]));
        Assert.All(steps.Take(refuted.Length + 2), step => Assert.Contains("| refuted |", step));
        Assert.Equal(["Run", "Publish", "Log"], Bad());
    }

    private string Blob() => Directory.EnumerateFiles(Path.Combine(world.App.DataDirectory, "blobs"), "*", SearchOption.AllDirectories).Single();

    private Task<bool> ChangeAsync(Func<RegistryDb, Task> change) => world.CommitAsync(async commit =>
    {
        await change(commit.Db);
        return true;
    });

    /// <summary>This step alone, in these words; and the page says so on top.</summary>
    private async Task ShouldBeRefutedAsync(string step, string words, string link)
    {
        var steps = await VerifiedAsync();

        var refuted = Assert.Single(steps, found => found.Contains("| refuted |", StringComparison.Ordinal));
        Assert.StartsWith($"{step} | refuted | ", refuted);
        Assert.Contains(words, refuted);
        Assert.True(refuted.Length > step.Length + 30, refuted);
        Assert.Equal(refuted, steps[0]);
        Assert.Contains("Do not install this version.", browser.Document.QuerySelector("main .problem[role=alert] strong")!.TextContent);
        Assert.Contains($"1 step did not verify: {step}.", browser.Text);
        Assert.Equal([link], Bad());
    }

    /// <summary>The parts of the chain that are shown as refuted.</summary>
    private List<string> Bad() =>
        [.. browser.Document.QuerySelectorAll("ol.chain > li.bad").Where(link => link.QuerySelector(".mark.bad") is { TextContent: "refuted" }).Select(link => link.QuerySelector("strong")!.TextContent)];

    private async Task<IReadOnlyList<string>> VerifiedAsync(string package = TrustWorld.Package)
    {
        await browser.SignInAsync("root");
        await browser.OpenAsync($"/-/packages/{package}/v/1.0.0");
        await browser.SubmitAsync("Verify");
        return [.. browser.Document.QuerySelectorAll("div[aria-label='Steps of the check'] tbody tr").Select(row => string.Join(" | ", row.Children.Select(cell => cell.TextContent.Trim())))];
    }
}
