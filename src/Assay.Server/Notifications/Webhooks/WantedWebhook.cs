using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Packages;
using Assay.Trust.Bindings;

namespace Assay.Server.Notifications;

/// <summary>What somebody wants to be told, and where.</summary>
internal sealed record WantedWebhook(Uri Url, IReadOnlyList<EventPattern> Events, IReadOnlyList<NamePattern> Packages)
{
    private const int LongestUrl = 2_000;
    private const int MostPatterns = 50;

    private static readonly string[] Members = ["url", "events", "packages"];

    /// <summary>Reads a body strictly: what is not known there is refused by name.</summary>
    public static (WantedWebhook? Wanted, Denial? Denial) Read(JsonObject body)
    {
        if (body.FirstOrDefault(member => !Members.Contains(member.Key)) is { Key: { } unknown })
        {
            return Bad($"There is no '{unknown}' of a webhook. It has {string.Join(", ", Members)}.");
        }
        if (body.Text("url") is not { Length: <= LongestUrl } text || !Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            return Bad($"Say where to: 'url', such as https://hooks.acme.example/assay, of at most {LongestUrl} characters.");
        }
        if (body.Texts("events") is not { Count: > 0 and <= MostPatterns } events)
        {
            return Bad($"Say which events: 'events', a list of 1 to {MostPatterns} names, each with or without a star at its end, such as version.*.");
        }
        var packages = body.ContainsKey("packages") ? body.Texts("packages") : [];
        if (packages is not { Count: <= MostPatterns })
        {
            return Bad($"'packages' is a list of at most {MostPatterns} names and patterns, such as @acme/*.");
        }
        return Read(url, events, packages);
    }

    private static (WantedWebhook? Wanted, Denial? Denial) Read(Uri url, IReadOnlyList<string> events, IReadOnlyList<string> packages)
    {
        List<EventPattern> eventPatterns = [];
        foreach (var text in events)
        {
            if (!EventPattern.TryParse(text, out var pattern) || !pattern.MatchesAny)
            {
                return Bad($"No event is called '{text}'. docs/audit.md lists them; a star at the end stands for the rest, as in version.*.");
            }
            eventPatterns.Add(pattern);
        }
        List<NamePattern> packagePatterns = [];
        foreach (var text in packages)
        {
            if (!NamePattern.TryParse(text, out var pattern))
            {
                return Bad($"'{text}' is not a package, nor a pattern like @acme/* or @acme/ui-*.");
            }
            packagePatterns.Add(pattern);
        }
        return (new WantedWebhook(url, eventPatterns, packagePatterns), null);
    }

    private static (WantedWebhook? Wanted, Denial? Denial) Bad(string text) => (null, new Denial(StatusCodes.Status400BadRequest, "invalid-webhook", text));
}
