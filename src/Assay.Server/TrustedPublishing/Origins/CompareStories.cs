using System.Text.Json;
using Assay.Server.Data.Rows;
using Assay.Trust.Providers;
using Assay.Trust.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>What is not as it was: in who published, from where and how, and in what runs at an install.</summary>
internal static class CompareStories
{
    private static readonly (string What, string Fact)[] Facts =
    [
        ("Repository", RunShape.Repository), ("Workflow", RunShape.Workflow), ("Runner", RunShape.Runner), ("Environment", RunShape.Environment), ("Event", RunShape.Event),
    ];

    // What npm runs when somebody else's package is installed.
    private static readonly string[] InstallScripts = ["preinstall", "install", "postinstall"];

    public static IReadOnlyList<StoryChange> Of((VersionRow Row, AssumedClaims? Run, bool HasProvenance) before, (VersionRow Row, AssumedClaims? Run, bool HasProvenance) now) =>
    [
        .. Changed("Published by", KindOf(before.Row), KindOf(now.Row), isWeaker: before.Row.PolicyId is not null && now.Row.PolicyId is null),
        .. now.Row.PolicyId is null && before.Row.PolicyId is null ? Changed("Publisher", before.Row.PublisherName, now.Row.PublisherName, isWeaker: false) : [],
        .. Changed("Trusted issuer", before.Row.BindingId, now.Row.BindingId, isWeaker: false),
        .. Changed("Trust policy", before.Row.PolicyId, now.Row.PolicyId, isWeaker: false),
        .. Facts.SelectMany(fact => Changed(fact.What, before.Run?.Fact(fact.Fact), now.Run?.Fact(fact.Fact), isWeaker: false)),
        .. Changed("Project id", before.Row.ProjectId, now.Row.ProjectId, isWeaker: true),
        .. Changed("Provenance", Words(before.HasProvenance), Words(now.HasProvenance), isWeaker: !now.HasProvenance),
        .. Scripts(before.Row, now.Row),
    ];

    private static IEnumerable<StoryChange> Changed(string what, string? before, string? now, bool isWeaker) =>
        before == now ? [] : [new StoryChange(what, before, now) { IsWeaker = isWeaker }];

    private static string KindOf(VersionRow row) => row switch
    {
        { ImportedFrom: { } source } => $"an import from {source}",
        { PolicyId: not null } => "a CI run, by trusted publishing",
        _ => "a person",
    };

    private static string Words(bool hasProvenance) => hasProvenance ? "yes" : "no";

    private static IEnumerable<StoryChange> Scripts(VersionRow before, VersionRow now)
    {
        var (then, today) = (ScriptsOf(before), ScriptsOf(now));
        return InstallScripts.Union(then.Keys.Union(today.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal), StringComparer.Ordinal)
            .SelectMany(name => Changed($"Script {name}", then.GetValueOrDefault(name), today.GetValueOrDefault(name), isWeaker: InstallScripts.Contains(name, StringComparer.Ordinal)));
    }

    private static Dictionary<string, string> ScriptsOf(VersionRow row)
    {
        using var json = JsonDocument.Parse(row.FullJson);
        return json.RootElement.TryGetProperty("scripts", out var scripts) && scripts.ValueKind is JsonValueKind.Object
            ? scripts.EnumerateObject().DistinctBy(script => script.Name).ToDictionary(script => script.Name, script => script.Value.ToString(), StringComparer.Ordinal)
            : [];
    }
}
