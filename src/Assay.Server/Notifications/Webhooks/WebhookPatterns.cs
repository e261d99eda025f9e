using Assay.Server.Audit;
using Assay.Trust.Bindings;

namespace Assay.Server.Notifications;

/// <summary>What a webhook wants, as its row keeps it: a pattern a line.</summary>
internal static class WebhookPatterns
{
    public static IReadOnlyList<EventPattern> Events(string lines) =>
        [.. Lines(lines).Select(line => EventPattern.TryParse(line, out var pattern) ? pattern : null).OfType<EventPattern>()];

    public static IReadOnlyList<NamePattern> Packages(string lines) =>
        [.. Lines(lines).Select(line => NamePattern.TryParse(line, out var pattern) ? pattern : null).OfType<NamePattern>()];

    public static string[] Lines(string lines) => lines.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
