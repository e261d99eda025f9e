using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Packages.Locks;

/// <summary>What tests of demands do again and again.</summary>
internal static class Demanding
{
    public const string Passkey = "phishingResistant";
    public const string Second = "secondOwner";

    public static JsonObject Demand(string kind, bool isOn) => new() { [kind] = isOn };

    public static async Task<JsonObject> DemandedAsync(this RegistryApp app, string token, string target, string kind, bool isOn = true) =>
        await (await app.PutAsync(Locking.PathOf(target), token, Demand(kind, isOn))).ShouldBeAsync(HttpStatusCode.OK);

    /// <summary>By the operator, who is asked for nothing.</summary>
    public static Task<string> OperatorDemandsAsync(this RegistryApp app, string target, string kind, bool isOn = true, bool now = false) =>
        app.CommandAsync("/lock/set", new JsonObject { ["target"] = target, [kind] = isOn, ["now"] = now });

    public static Task<List<string>> RecordedAsync(this RegistryApp app, string prefix) => app.ReadAsync(db => db.AuditEvents
        .Where(row => row.Action.StartsWith(prefix)).OrderBy(row => row.Id).Select(row => $"{row.Action} {row.Subject} by {row.Actor}: {row.Detail}").ToListAsync());
}
