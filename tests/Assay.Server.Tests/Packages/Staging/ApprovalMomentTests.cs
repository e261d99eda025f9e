using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Server.Tests.Fixtures;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Packages.Staging;

/// <summary>What changes while somebody is asked for their second factor counts: an approval is judged in the commit that publishes.</summary>
public sealed class ApprovalMomentTests : IAsyncLifetime
{
    private static readonly TestPackage First = new("@acme/x", "1.0.0");
    private static readonly TestPackage Next = First with { Version = "1.1.0" };

    private RegistryApp app = null!;
    private string alice = null!;
    private string id = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, First);
        await app.ApproverAsync("bob", "@acme/x");
        id = await app.StagedAsync(alice, Next);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Nothing_changes_and_it_is_published()
    {
        Assert.Null(await ApproveAsync(() => Task.CompletedTask));

        Assert.Equal(["1.0.0", "1.1.0"], await app.VersionsOfAsync("@acme/x"));
    }

    public static TheoryData<string, string> Changes => new()
    {
        { "the approver lost their role", "stage-not-found" },
        { "whoever staged lost theirs", "stager-lost-role" },
        { "the stage expired", "stage-over" },
        { "the stage was rejected", "stage-over" },
        { "the package was frozen", "publishing-frozen" },
        { "the version came from elsewhere", "version-exists" },
        { "the lock was closed", "oidc-only" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task What_stands_in_the_way_since_counts(string what, string code)
    {
        var root = await app.SignedInAsync("root", isAdministrator: true);

        var refusal = await ApproveAsync(() => what switch
        {
            "the approver lost their role" => app.OwnsNothingAsync("bob"),
            "whoever staged lost theirs" => app.OwnsNothingAsync("alice"),
            "the stage expired" => app.ChangeAsync(db => db.Stages.ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, app.Clock.GetUtcNow()))),
            "the stage was rejected" => app.DeleteAsync($"/-/stage/{id}", alice),
            "the package was frozen" => app.PostAsync("/-/assay/v1/freezes", root, new JsonObject { ["package"] = "@acme/x", ["reason"] = "why" }),
            "the version came from elsewhere" => app.ChangeAsync(async db => db.Versions.Add(await CopyAsync(db.Versions, "1.1.0"))),
            _ => app.PutAsync("/-/assay/v1/package/@acme%2fx/lock", alice, new JsonObject { ["lock"] = "oidc-only" }),
        });

        Assert.Equal(code, refusal?.Code);
        Assert.Equal(0, await app.ReadAsync(db => db.StageApprovals.CountAsync()));
        Assert.Equal("1.0.0", (string?)(await app.PackumentAsync(alice, "@acme/x"))["dist-tags"]!["latest"]);
    }

    [Fact]
    public async Task Approvals_of_other_bytes_and_of_who_staged_do_not_count()
    {
        await (await app.PutAsync("/-/assay/v1/package/@acme%2fx/staging", alice, new JsonObject { ["approvals"] = 2 })).ShouldBeAsync(HttpStatusCode.OK);
        await app.ApproverAsync("carol", "@acme/x");
        await app.ChangeAsync(async db =>
        {
            var stage = await db.Stages.SingleAsync();
            db.StageApprovals.Add(new StageApprovalRow { StageId = stage.Id, PersonId = await IdAsync("carol"), At = app.Clock.GetUtcNow(), Sha512 = new byte[64] });
            db.StageApprovals.Add(new StageApprovalRow { StageId = stage.Id, PersonId = await IdAsync("alice"), At = app.Clock.GetUtcNow(), Sha512 = stage.Sha512 });
        });

        var shown = await app.StageAsync(alice, id);
        Assert.Null(await ApproveAsync(() => Task.CompletedTask));

        Assert.Equal(("", "2"), ((string?)shown["approvedBy"], (string?)shown["approvalsMissing"]));
        Assert.Equal("1", (string?)(await app.StageAsync(alice, id))["approvalsMissing"]);
        Assert.Equal(["1.0.0"], await app.VersionsOfAsync("@acme/x"));
    }

    /// <summary>By bob, while something else happens; the code of the refusal is null where his approval is kept.</summary>
    private async Task<JsonAnswer?> ApproveAsync(Func<Task> meanwhile)
    {
        var (person, stage) = (await IdAsync("bob"), await app.ReadAsync(db => db.Stages.SingleAsync()));
        var bob = new Caller.Member(person, "bob", "", false, new AccessTokenUse(1, "key", TokenReach.Everything), "local") { Standing = new Standing(person, IsAdministrator: false) };
        var (_, refusal) = await app.Services.GetRequiredService<ApproveStages>().RunAsync(bob, [stage], async _ =>
        {
            await meanwhile();
            return null;
        }, CancellationToken.None);
        return refusal;
    }

    private static async Task<VersionRow> CopyAsync(IQueryable<VersionRow> versions, string version)
    {
        var row = await versions.AsNoTracking().SingleAsync();
        (row.Id, row.Version) = (0, version);
        return row;
    }

    private Task<long> IdAsync(string name) => app.ReadAsync(db => db.People.Where(row => row.Name == name).Select(row => row.Id).SingleAsync());
}
