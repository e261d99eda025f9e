using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>Locks in answers.</summary>
internal static class LockAnswers
{
    public static async Task<JsonObject> OfAsync(
        RegistryDb db, PackageName name, PackageRow package, PackageLocks locks, DateTimeOffset now, CancellationToken cancellationToken) =>
        Of(package, await PackageRights.ScopeAsync(db, name.Scope, cancellationToken), await locks.OfAsync(db, name, package, now, cancellationToken), now);

    /// <summary>What is said of the thing itself, what holds for it, and what waits.</summary>
    public static JsonObject Of(ILocked row, ScopeRow? scope, HeldLock held, DateTimeOffset now)
    {
        var (at, by) = row.Origin(now);
        var shown = new JsonObject
        {
            ["target"] = row.Name,
            ["lock"] = row.At(now)?.Word(),
            ["holds"] = held.Holds.Word(),
            ["saidBy"] = held.Source,
            ["setAt"] = at is { } time ? JsonTime.Of(time) : null,
            ["setBy"] = by,
            ["loosening"] = row.Waiting(now) is { } waiting
                ? new JsonObject { ["to"] = waiting.To.Word(), ["at"] = JsonTime.Of(waiting.At), ["by"] = row.LoosenedBy }
                : null,
        };
        var demands = new JsonObject();
        foreach (var kind in OwnDemand.Kinds)
        {
            shown[kind.Word()] = row.DemandOf(kind).IsOn(now);
            demands[kind.Word()] = Of(row.DemandOf(kind), scope.DemandOf(kind), scope is null && row is ScopeRow, now);
        }
        shown["demands"] = demands;
        return shown;
    }

    private static JsonObject Of(Demand own, Demand wider, bool isOfScope, DateTimeOffset now)
    {
        var holds = own.IsOn(now) ? own : wider.IsOn(now) ? wider : default;
        return new JsonObject
        {
            ["holds"] = holds.IsOn(now),
            ["saidBy"] = own.IsOn(now) ? (isOfScope ? "scope" : "package") : holds.IsOn(now) ? "scope" : null,
            ["setAt"] = holds.Since is { } since ? JsonTime.Of(since) : null,
            ["setBy"] = holds.By,
            ["endsAt"] = own.EndsAt(now) is { } end ? JsonTime.Of(end) : null,
        };
    }

    /// <summary>As a line for an operator's terminal.</summary>
    public static string Line(ILocked row, DateTimeOffset now)
    {
        var (at, by) = row.Origin(now);
        return $"{row.Name}  {row.At(now)?.Word() ?? "nothing said"}{LockDenials.Since(at, by)}"
            + (row.Waiting(now) is { } waiting ? $"; {waiting.To.Word()} from {JsonTime.Of(waiting.At)}, by {row.LoosenedBy}" : "")
            + string.Concat(OwnDemand.Kinds.Select(kind => (Kind: kind, Demand: row.DemandOf(kind))).Where(each => each.Demand.IsOn(now)).Select(each =>
                $"; {each.Kind.Word()}{LockDenials.Since(each.Demand.Since, each.Demand.By)}"
                + (each.Demand.EndsAt(now) is { } end ? $", until {JsonTime.Of(end)}" : "")));
    }
}
