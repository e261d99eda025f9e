using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Assay.Cli.Registry;

namespace Assay.Cli.Verifying;

/// <summary>An event that its leaf commits to.</summary>
internal sealed record LoggedEvent(string Kind, string? Package, string? Version, string? Integrity, string? At)
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>Opens a leaf; the kind must be one everywhere.</summary>
    public static bool TryOpen(PackageLogEntry entry, [NotNullWhen(true)] out LoggedEvent? opened)
    {
        opened = entry.IsOpened ? Read(entry.Opening!.Event) : null;
        opened = opened?.Kind == entry.Kind ? opened : null;
        return opened is not null;
    }

    private static LoggedEvent? Read(string json)
    {
        try
        {
            var root = JsonElement.Parse(json, Options);
            return new LoggedEvent(
                root.Text("kind"), root.OptionalText("package"), root.OptionalText("version"), root.OptionalText("integrity"), root.OptionalText("at"));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }
}
