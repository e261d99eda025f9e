using System.Net;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Audit;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Packages.Locks;

/// <summary>What tests of locks do again and again.</summary>
internal static class Locking
{
    public const string OidcOnly = "oidc-only";
    public const string SecondFactor = "2fa-or-oidc";
    public const string Tokens = "tokens-allowed";

    public const string AtOnce = "--Assay:Packages:LockCoolingOffHours=0";

    public static string PathOf(string target) => target.Contains('/', StringComparison.Ordinal) || target[0] != '@'
        ? $"/-/assay/v1/package/{TrustWorld.Escape(target)}/lock"
        : $"/-/assay/v1/locks/{target}";

    public static JsonObject Lock(string word) => new() { ["lock"] = word };

    public static Task<HttpResponseMessage> SetLockAsync(this RegistryApp app, string? token, string target, string word) => app.PutAsync(PathOf(target), token, Lock(word));

    public static async Task<JsonObject> LockedAsync(this RegistryApp app, string token, string target, string word) =>
        await (await app.SetLockAsync(token, target, word)).ShouldBeAsync(HttpStatusCode.OK);

    public static async Task<JsonObject> LockOfAsync(this RegistryApp app, string token, string target) =>
        await (await app.GetAsync(PathOf(target), token)).ShouldBeAsync(HttpStatusCode.OK);

    public static async Task<string> HoldsAsync(this RegistryApp app, string token, string target) => (string)(await app.LockOfAsync(token, target))["holds"]!;

    /// <summary>The acts on locks, as the audit log has them.</summary>
    public static Task<List<string>> LockEventsAsync(this RegistryApp app) => app.ReadAsync(db => db.AuditEvents
        .Where(row => row.Action.StartsWith("lock.")).OrderBy(row => row.Id).Select(row => $"{row.Action} {row.Subject} by {row.Actor}: {row.Detail}").ToListAsync());

    public static Task<List<AuditEventRow>> EventsAsync(this RegistryApp app, string action) => app.ReadAsync(db => db.AuditEvents
        .Where(row => row.Action == action).OrderBy(row => row.Id).ToListAsync());

    /// <summary>A token that does without the second factor, as CI systems without an identity of their own have it.</summary>
    public static async Task<string> BypassingTokenAsync(this RegistryApp app, string token)
    {
        var hash = NpmToken.TryParse(token, out var parsed) ? parsed.Hash.ToArray() : [];
        var person = await app.ReadAsync(db => db.AccessTokens.Where(row => row.Hash == hash).Select(row => row.PersonId).SingleAsync());
        var reach = new TokenReach { Packages = TokenPermission.Write, BypassesSecondFactor = true };
        var minted = await app.Services.GetRequiredService<AccessTokens>().MintAsync(
            person, new NewAccessToken("ci", reach, TimeSpan.FromDays(1), []), new Actor("test", ""), CancellationToken.None);
        return minted!.Token.Reveal();
    }
}
