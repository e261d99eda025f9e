using Assay.Server.Audit;
using Assay.Server.Data.Rows;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Who did what: searched, paged, and exported with the same filter.</summary>
[For(Circle.Administrators)]
internal sealed class AuditLogPage(ReadAudit audit, ExportAudit export) : RegistryPage
{
    public static readonly (string Name, string Label, string Hint)[] Fields =
    [
        ("action", "Event", "A name, or its beginning and a star: version.*"),
        ("actor", "By", "The name of who did it"),
        ("subject", "About", "All of it, or its beginning and a star: @acme/*"),
        ("address", "IP address", "As it was recorded"),
        ("since", "Since", "A time like 2026-11-30 or 2026-11-30T12:00:00Z"),
        ("until", "Until", "Before a time like those"),
    ];

    public IReadOnlyList<AuditEventRow> Events { get; private set; } = [];

    /// <summary>Where the older ones go on, as an address.</summary>
    public string? Older { get; private set; }

    public string Export { get; private set; } = "";

    public bool IsLater => Asked("before") is not null;

    public bool IsFiltered => Fields.Any(each => Asked(each.Name) is not null);

    public string? Asked(string name) => Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    public async Task OnGetAsync()
    {
        Export = Query(("handler", "Export"));
        if (!AuditFilter.TryRead(Asked, out var filter, out var problem))
        {
            IsRefused(problem);
            return;
        }
        var page = await audit.PageAsync(filter, Stop);
        Events = page.Events;
        Older = page.Next is { } next ? Query(("before", $"{next}")) : null;
    }

    public async Task<IActionResult> OnGetExportAsync()
    {
        if (!AuditFilter.TryRead(Asked, out var filter, out var problem))
        {
            return Message("Not exported", StatusCodes.Status400BadRequest, problem);
        }
        Response.Headers.ContentDisposition = "attachment; filename=\"audit.jsonl\"";
        return new ResultAnswer(await export.RunAsync(filter, Member.Actor, Query(), withAddress: true, Stop));
    }

    /// <summary>The filter as a query.</summary>
    private string Query(params IEnumerable<(string Name, string Value)> also)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in Fields.Select(field => (field.Name, Asked(field.Name))).Where(field => field.Item2 is not null).Select(field => (field.Name, field.Item2!)).Concat(also))
        {
            query.Add(name, value);
        }
        return query.ToString();
    }
}
