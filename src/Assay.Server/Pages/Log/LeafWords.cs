using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Packages;
using Assay.Server.Transparency;

namespace Assay.Server.Pages;

/// <summary>A leaf in words: what happened, to what, by whom and when, as far as it is open.</summary>
internal sealed record LeafWords(string Act, string? Package, string? Version, string? Subject, string? By, string? At)
{
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
