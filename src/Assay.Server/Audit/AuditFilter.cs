using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Assay.Server.Data.Rows;

namespace Assay.Server.Audit;

/// <summary>Which events somebody looks for.</summary>
internal sealed record AuditFilter
{
    public const int MostAtOnce = 500;

    private static readonly string[] HiddenActors = [.. AuditEvents.All.Where(each => each.HidesActor).Select(each => each.Name)];

    /// <summary>What a query may say.</summary>
    public static readonly string[] Words = ["since", "until", "actor", "action", "subject", "address", "before", "limit"];

    public DateTimeOffset? Since { get; private init; }

    public DateTimeOffset? Until { get; private init; }

    public string? Actor { get; private init; }

    public EventPattern? Action { get; private init; }

    /// <summary>A subject, or the beginning of subjects and a star.</summary>
    public string? Subject { get; private init; }

    public string? Address { get; private init; }

    /// <summary>Only those older than this one.</summary>
    public long? Before { get; private init; }

    public int Limit { get; private init; } = 100;

    /// <summary>Only what owners of this package learn.</summary>
    public string? Package { get; init; }

    /// <summary>For whoever may not know every actor: whether a search by one finds something would tell.</summary>
    public bool WithoutHiddenActors { get; init; }

    /// <summary>Reads the words of a query; each may be missing.</summary>
    public static bool TryRead(Func<string, string?> word, [NotNullWhen(true)] out AuditFilter? filter, [NotNullWhen(false)] out string? problem)
    {
        string? Said(string name) => word(name) is { Length: > 0 } text ? text : null;
        var read = new AuditFilter { Actor = Said("actor"), Subject = Said("subject"), Address = Said("address") };
        problem = Names(Said("action"), ref read) ?? Times(Said("since"), Said("until"), ref read) ?? Numbers(Said("before"), Said("limit"), ref read);
        filter = problem is null ? read : null;
        return filter is not null;
    }

    public IQueryable<AuditEventRow> Of(IQueryable<AuditEventRow> rows)
    {
        rows = Since is { } since ? rows.Where(row => row.At >= since) : rows;
        rows = Until is { } until ? rows.Where(row => row.At < until) : rows;
        rows = Actor is { } actor ? rows.Where(row => row.Actor == actor) : rows;
        rows = Actor is not null && WithoutHiddenActors ? rows.Where(row => !HiddenActors.Contains(row.Action)) : rows;
        rows = Address is { } address ? rows.Where(row => row.Address == address) : rows;
        rows = Before is { } before ? rows.Where(row => row.Id < before) : rows;
        rows = Action switch
        {
            null => rows,
            { IsExact: true, Text: var name } => rows.Where(row => row.Action == name),
            { Literal: var start } => rows.Where(row => row.Action.StartsWith(start)),
        };
        rows = Subject switch
        {
            null => rows,
            [.. var start, '*'] => rows.Where(row => row.Subject.StartsWith(start)),
            _ => rows.Where(row => row.Subject == Subject),
        };
        return Package is { } package ? About(rows, package) : rows;
    }

    /// <summary>What the database cannot tell exactly: a name that only begins like the package's is another's.</summary>
    public bool Has(AuditEventRow row) => Package is null || AuditEvents.Of(row.Action).NamedBy(row.Subject).Package == Package;

    private static string? Names(string? action, ref AuditFilter filter)
    {
        EventPattern? pattern = null;
        if (action is not null && !EventPattern.TryParse(action, out pattern))
        {
            return "'action' is the name of an event, or the beginning of names and a star, as in version.*.";
        }
        filter = filter with { Action = pattern };
        return null;
    }

    private static string? Times(string? since, string? until, ref AuditFilter filter)
    {
        if ((since is not null && !IsTime(since, out _)) || (until is not null && !IsTime(until, out _)))
        {
            return "'since' and 'until' are times like 2026-11-30 or 2026-11-30T12:00:00Z.";
        }
        filter = filter with { Since = IsTime(since, out var from) ? from : null, Until = IsTime(until, out var to) ? to : null };
        return null;
    }

    private static string? Numbers(string? before, string? limit, ref AuditFilter filter)
    {
        if (before is not null)
        {
            if (!long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                return "'before' is the id of an event.";
            }
            filter = filter with { Before = id };
        }
        if (limit is not null)
        {
            if (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var most) || most is 0 or > MostAtOnce)
            {
                return $"'limit' is 1 to {MostAtOnce}.";
            }
            filter = filter with { Limit = most };
        }
        return null;
    }

    private static bool IsTime(string? text, out DateTimeOffset at) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at);

    private static IQueryable<AuditEventRow> About(IQueryable<AuditEventRow> rows, string package)
    {
        string[] told = [.. AuditEvents.All.Where(each => each.IsForOwners).Select(each => each.Name)];
        var (ofVersion, ofPolicy) = ($"{package}@", $"{package} ");
        return rows.Where(row => told.Contains(row.Action)
            && (row.Subject == package || row.Subject.StartsWith(ofVersion) || row.Subject.StartsWith(ofPolicy)));
    }
}
