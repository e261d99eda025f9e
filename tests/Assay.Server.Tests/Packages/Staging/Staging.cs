using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Packages.Staging;

/// <summary>Somebody who approves: an access token from a sign-in, and an authenticator app.</summary>
internal sealed record Approver(string Token, TestFactor Factor);

/// <summary>What <c>npm stage</c> sends.</summary>
internal static class StagingExtensions
{
    public static Task<HttpResponseMessage> StageAsync(this TestPackage package, RegistryApp app, string? token) =>
        app.PostAsync($"/-/stage/package/{package.EscapedName}", token, package.Document());

    /// <summary>Its id.</summary>
    public static async Task<string> StagedAsync(this RegistryApp app, string token, TestPackage package) =>
        (string)(await (await package.StageAsync(app, token)).ShouldBeAsync(HttpStatusCode.Created))["stageId"]!;

    public static Task<HttpResponseMessage> ApproveAsync(this RegistryApp app, Approver approver, string id) =>
        app.ApproveAsync(approver.Token, approver.Factor.NextCode(), id);

    public static Task<HttpResponseMessage> ApproveAsync(this RegistryApp app, string token, string? code, string id) =>
        app.WithCodeAsync(HttpMethod.Post, $"/-/stage/{id}/approve", token, code);

    public static Task<HttpResponseMessage> ApproveSetAsync(this RegistryApp app, Approver approver, string id) =>
        app.WithCodeAsync(HttpMethod.Post, $"/-/assay/v1/release-sets/{id}/approve", approver.Token, approver.Factor.NextCode());

    public static async Task<JsonObject> StageAsync(this RegistryApp app, string token, string id) =>
        await (await app.GetAsync($"/-/stage/{id}", token)).ShouldBeAsync(HttpStatusCode.OK);

    /// <summary>Somebody with a second factor who owns these packages as well.</summary>
    public static async Task<Approver> ApproverAsync(this RegistryApp app, string name, params string[] packages)
    {
        var token = await app.SignedInAsync(name);
        await app.OwnsAsync(name, packages);
        return new Approver(token, await app.EnrolledAsync(token));
    }

    public static Task OwnsAsync(this RegistryApp app, string name, params string[] packages) => app.ChangeAsync(async db =>
    {
        var person = await db.People.Where(row => row.Name == name).Select(row => row.Id).SingleAsync();
        foreach (var package in await db.Packages.Where(row => packages.Contains(row.Name)).Select(row => row.Id).ToListAsync())
        {
            db.PackageOwners.Add(new PackageOwnerRow { PackageId = package, PersonId = person });
        }
    });

    public static Task OwnsNothingAsync(this RegistryApp app, string name) => app.ChangeAsync(db => db.PackageOwners
        .Where(row => db.People.Any(person => person.Id == row.PersonId && person.Name == name)).ExecuteDeleteAsync());

    public static Task ChangeAsync(this RegistryApp app, Func<RegistryDb, Task> change) => app.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, _) =>
    {
        await change(commit.Db);
        commit.Changed(IChangeFeed.Everything);
        return true;
    }, CancellationToken.None);

    public static Task<List<string>> VersionsOfAsync(this RegistryApp app, string package) => app.ReadAsync(db => db.Versions
        .Where(row => db.Packages.Any(found => found.Id == row.PackageId && found.Name == package)).OrderBy(row => row.Id).Select(row => row.Version).ToListAsync());
}
