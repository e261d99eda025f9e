using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.Pages;

/// <summary>The fields by which something is selected for a freeze or an incident. Which of them go together, the operations say.</summary>
internal static class SelectionFields
{
    public static readonly (string Kind, string Label)[] OfIncidents =
    [
        ("run", "One run"), ("workflow", "A workflow of a repository"), ("project", "A repository"), ("issuer", "An issuer"), ("person", "A person"), ("window", "Everything in a time window"),
    ];

    public static readonly (string Kind, string Label)[] OfFreezes =
    [
        ("package", "A package, for runs and people"), ("scope", "A scope, for runs and people"), ("issuer", "Runs of an issuer"), ("project", "Runs of a repository"), ("workflow", "Runs of a workflow"),
    ];

    /// <summary>Fields that are sent again with a confirmation.</summary>
    public static readonly string[] All = ["kind", "binding", "project", "run", "workflow", "person", "from", "to", "reason", "freeze"];

    public static JsonObject Incident(OperatorPage page)
    {
        var (kind, selection) = (page.Typed("kind"), new JsonObject());
        if (Origin(page, kind) is { } origin)
        {
            selection[kind] = origin;
        }
        else if (kind == "person")
        {
            selection["person"] = Members(page, ("name", "person"));
        }
        if (page.Typed("from").Length + page.Typed("to").Length > 0)
        {
            selection["window"] = Members(page, ("from", "from"), ("to", "to"));
        }
        return selection;
    }

    public static JsonObject Freeze(OperatorPage page)
    {
        var kind = page.Typed("kind");
        var body = new JsonObject { ["reason"] = page.Typed("reason") };
        if (kind is "package" or "scope")
        {
            body[kind] = page.Typed("name").Trim();
        }
        else if (Origin(page, kind) is { } origin)
        {
            body[kind] = origin;
        }
        return body;
    }

    /// <summary>In words, for those who look at a list.</summary>
    public static string Words(string selection) => JsonNode.Parse(selection) is JsonObject said
        ? string.Join(", ", said.Select(part => $"{part.Key} {string.Join(" / ", (part.Value as JsonObject ?? []).Select(member => (part.Value as JsonObject)!.Text(member.Key)))}"))
        : selection;

    private static JsonObject? Origin(OperatorPage page, string kind) => kind switch
    {
        "issuer" => Members(page, ("binding", "binding")),
        "project" => Members(page, ("binding", "binding"), ("project", "project")),
        "run" => Members(page, ("binding", "binding"), ("project", "project"), ("run", "run")),
        "workflow" => Members(page, ("binding", "binding"), ("project", "project"), ("workflow", "workflow")),
        _ => null,
    };

    private static JsonObject Members(OperatorPage page, params IEnumerable<(string Member, string Field)> members) =>
        new(members.Select(member => KeyValuePair.Create(member.Member, (JsonNode?)page.Typed(member.Field).Trim())));
}

/// <summary>What the partial form of a run's origin shows.</summary>
internal sealed record RunFieldsShown(OperatorPage Page, IReadOnlyList<string> Issuers);
