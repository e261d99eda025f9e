using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Packages;
using Assay.Server.Transparency;

namespace Assay.Server.Pages;

/// <summary>A leaf in words: what happened, to what, by whom and when, as far as it is open.</summary>
internal sealed record LeafWords(string Act, string? Package, string? Version, string? Subject, string? By, string? At)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>When it was, where that can be read.</summary>
    public DateTimeOffset? Time => DateTimeOffset.TryParse(At, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>Where the package or the version is shown, below the registry.</summary>
    public string? Address => Package is null ? null : Version is null ? $"-/packages/{Package}" : $"-/packages/{Package}/v/{Version}";

    public string About => Package is null ? Subject ?? "" : Version is null ? Package : $"{Package}@{Version}";

    /// <summary>A kind in words; most are one.</summary>
    public static string KindOf(string kind) => kind switch
    {
        LogKind.Dsse => "attestation",
        LogKind.Deprecate => "deprecation",
        LogKind.Reopen => "reopening",
        _ => kind,
    };

    /// <summary>An event for people to read; the bytes that count are those without the spaces.</summary>
    public static string Laid(string json) => JsonNode.Parse(json)?.ToJsonString(Indented) ?? json;

    public static LeafWords Of(SeenLeaf leaf)
    {
        if (leaf.Opening is not { } opening)
        {
            return new LeafWords("sealed", null, null, null, null, null);
        }
        var said = opening.Event is { } text ? JsonNode.Parse(text) as JsonObject ?? [] : [];
        var act = leaf.Kind switch
        {
            LogKind.Publish => said.ContainsKey("importedFrom") ? "imported" : "published",
            LogKind.Dsse => "attested by the registry",
            LogKind.Attestation => "attested by its builder",
            _ => said.Text("act") ?? leaf.Kind,
        };
        // Where the subject is not a package, it still says what the act was about.
        return new LeafWords(act, opening.Package, opening.Version, said.Text("subject"), said.Text("by") ?? said.Text("publisher"), said.Text("at"));
    }
}
