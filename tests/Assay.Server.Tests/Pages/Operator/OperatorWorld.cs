using System.Net;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Pages.Operator;

/// <summary>A registry with a version that a run published, an administrator in a browser, and a second one.</summary>
internal sealed class OperatorWorld : IAsyncDisposable
{
    private OperatorWorld(TrustWorld world, TestFactor factor, Browser browser) => (World, Factor, Browser) = (world, factor, browser);

    public TrustWorld World { get; }

    public RegistryApp App => World.App;

    /// <summary>The administrator's.</summary>
    public TestFactor Factor { get; }

    /// <summary>Signed in as the administrator, <c>root</c>.</summary>
    public Browser Browser { get; }

    public static async Task<OperatorWorld> StartAsync(params string[] configuration)
    {
        var world = await TrustWorld.WithPinnedPolicyAsync(null, configuration);
        var factor = await world.App.EnrolledAsync(world.Administrator);
        var browser = new Browser(world.App);
        await browser.SignInAsync("root", factor.NextCode());
        return new OperatorWorld(world, factor, browser);
    }

    /// <summary>Sends a form of the page with a fresh code, and opens where it leads.</summary>
    public async Task<string> ConfirmAsync(string handler, params (string Name, string Value)[] values)
    {
        await Browser.SubmitAsync(handler, [.. values, ("factor", Factor.NextCode())]);
        return Browser.Status == HttpStatusCode.Found ? await Browser.FollowAsync() : Browser.Page;
    }

    /// <summary>The newest event of a kind: who did it, and to what.</summary>
    public Task<string?> RecordedAsync(string action) => App.ReadAsync(db => db.AuditEvents
        .Where(row => row.Action == action).OrderByDescending(row => row.Id).Select(row => $"{row.Actor} {row.Subject}").FirstOrDefaultAsync());

    public Task StoreAsync(params IEnumerable<object> rows) => App.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, stop) =>
    {
        commit.Db.AddRange(rows);
        await commit.Db.SaveChangesAsync(stop);
        return true;
    }, CancellationToken.None);

    public Task RecordAsync(string action, string subject, string detail) => App.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) =>
    {
        commit.Record(new Actor("somebody", ""), action, subject, detail);
        return Task.FromResult(true);
    }, CancellationToken.None);

    public async Task<long> FailedJobAsync(string problem = "it broke")
    {
        var job = new JobRow { Kind = "mail", Payload = "{}", CreatedAt = App.Clock.GetUtcNow(), DeadAt = App.Clock.GetUtcNow(), Attempts = 9, LastProblem = problem };
        await StoreAsync(job);
        return await App.ReadAsync(db => db.Jobs.MaxAsync(row => row.Id));
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
