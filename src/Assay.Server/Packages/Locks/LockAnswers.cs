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
        Of(package, await locks.OfAsync(db, name, package, now, cancellationToken), now);

    /// <summary>What is said of the thing itself, what holds for it, and what waits.</summary>
    public static JsonObject Of(ILocked row, HeldLock held, DateTimeOffset now)
    {
        var (at, by) = row.Origin(now);
        return new JsonObject
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
    }

    /// <summary>As a line for an operator's terminal.</summary>
    public static string Line(ILocked row, DateTimeOffset now)
    {
        var (at, by) = row.Origin(now);
        return $"{row.Name}  {row.At(now)?.Word() ?? "nothing said"}{LockDenials.Since(at, by)}"
            + (row.Waiting(now) is { } waiting ? $"; {waiting.To.Word()} from {JsonTime.Of(waiting.At)}, by {row.LoosenedBy}" : "");
    }
}
