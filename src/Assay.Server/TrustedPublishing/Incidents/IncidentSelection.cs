using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>From a moment to before another.</summary>
internal sealed record TimeWindow(DateTimeOffset From, DateTimeOffset To);

/// <summary>What an incident is about: an origin, a time, or what came from an origin in a time.</summary>
internal sealed record IncidentSelection
{
    private IncidentSelection(IncidentOrigin? origin, TimeWindow? window) => (Origin, Window) = (origin, window);

    /// <summary>Null for everything in the window.</summary>
    public IncidentOrigin? Origin { get; }

    public TimeWindow? Window { get; }

    /// <summary>The selection, or what is wrong with it in one sentence.</summary>
    public static async Task<(IncidentSelection? Selection, string Problem)> ReadAsync(RegistryDb db, JsonNode? json, CancellationToken cancellationToken)
    {
        const string Shape = "A selection is one of run {binding, project, run}, workflow {binding, project, workflow}, project {binding, project}, issuer {binding} and person {name}, "
            + "or a window {from, to}, or one of them within a window.";
        if (json is not JsonObject body || body.Count is 0 or > 2 || (body.Count == 2 && !body.ContainsKey("window")))
        {
            return (null, Shape);
        }
        TimeWindow? window = null;
        if (body.TryGetPropertyValue("window", out var times) && (window = ReadWindow(times)) is null)
        {
            return (null, "A window is {from, to}, two times like 2026-03-29T01:59:59Z, the earlier first.");
        }
        var said = body.FirstOrDefault(member => member.Key != "window");
        if (said.Key is null)
        {
            return (new IncidentSelection(null, window), "");
        }
        if (said.Key == "person" && ExactMembers.Read(said.Value, "name") is [var name])
        {
            var id = await db.People.Where(person => person.Name == name).Select(person => (long?)person.Id).SingleOrDefaultAsync(cancellationToken);
            return id is null ? (null, $"There is no person named {name}.") : (new IncidentSelection(new IncidentOrigin.Person(name, id.Value), window), "");
        }
        return ReadRuns(said.Key, said.Value) is { } origin ? (new IncidentSelection(origin, window), "") : (null, Shape);
    }

    /// <summary>The versions, whether or not an earlier incident has them. What was unpublished nobody can read anyway.</summary>
    public IQueryable<VersionRow> Versions(RegistryDb db)
    {
        var versions = db.Versions.Where(row => row.RemovedAt == null);
        versions = Origin is null ? versions : Origin.Of(versions);
        // What was imported came here with the import, whenever it was published elsewhere.
        return Window is { From: var from, To: var to }
            ? versions.Where(row => (row.ImportedAt ?? row.PublishedAt) >= from && (row.ImportedAt ?? row.PublishedAt) < to)
            : versions;
    }

    /// <summary>The exchanged tokens that still open something; with a window, those that were got in it.</summary>
    public IQueryable<PublishTokenRow> ExchangedTokens(RegistryDb db, DateTimeOffset now)
    {
        // What waits for approval rests on a token that expired long ago, and is not approved once that is revoked.
        var tokens = db.PublishTokens.Where(row => row.RevokedAt == null
            && (row.ExpiresAt > now || db.Stages.Any(stage => stage.TokenId == row.Id && stage.TakenVersion != null)));
        tokens = Origin is null ? tokens : Origin.Of(tokens);
        return Window is { From: var from, To: var to } ? tokens.Where(row => row.CreatedAt >= from && row.CreatedAt < to) : tokens;
    }

    /// <summary>All of a person's: which of them was stolen, and when, the time of a publish does not say.</summary>
    public IQueryable<AccessTokenRow> AccessTokens(RegistryDb db, DateTimeOffset now) => Origin is IncidentOrigin.Person { Id: var id }
        ? db.AccessTokens.Where(row => row.PersonId == id && row.RevokedAt == null && row.ExpiresAt > now)
        : db.AccessTokens.Where(_ => false);

    /// <summary>Always written the same way, so that it can be compared.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (Origin is not null)
        {
            json[Origin.Kind] = Origin.ToJson();
        }
        if (Window is not null)
        {
            json["window"] = new JsonObject { ["from"] = JsonTime.Of(Window.From), ["to"] = JsonTime.Of(Window.To) };
        }
        return json;
    }

    private static IncidentOrigin? ReadRuns(string kind, JsonNode? value) => kind switch
    {
        "run" => ExactMembers.Read(value, "binding", "project", "run") is [var binding, var project, var run] ? new IncidentOrigin.Run(binding, project, run) : null,
        "workflow" => ExactMembers.Read(value, "binding", "project", "workflow") is [var binding, var project, var name] ? new IncidentOrigin.Workflow(binding, project, name) : null,
        "project" => ExactMembers.Read(value, "binding", "project") is [var binding, var project] ? new IncidentOrigin.Project(binding, project) : null,
        "issuer" => ExactMembers.Read(value, "binding") is [var binding] ? new IncidentOrigin.Issuer(binding) : null,
        _ => null,
    };

    private static TimeWindow? ReadWindow(JsonNode? value) =>
        ExactMembers.Read(value, "from", "to") is [var first, var last]
        && IncidentAnswers.TryReadTime(first, out var from) && IncidentAnswers.TryReadTime(last, out var to) && from < to
            ? new TimeWindow(from, to)
            : null;
}
