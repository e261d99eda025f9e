using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.Import;

/// <summary>What became of one package.</summary>
internal sealed record PackageReport(string Name)
{
    public List<string> Imported { get; } = [];

    /// <summary>Versions that were here already, with these bytes.</summary>
    public int Here { get; set; }

    /// <summary>Tags and deprecations that were brought up to date.</summary>
    public int Changes { get; set; }

    public List<string> KeptTags { get; } = [];

    /// <summary>Maintainers at the source who are no people of this registry.</summary>
    public List<string> Strangers { get; } = [];

    public List<Refusal> Refused { get; } = [];

    public void Refuse(string code, string text) => Refused.Add(new Refusal(Name, code, text));

    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["imported"] = Texts(Imported),
        ["alreadyHere"] = Here,
        ["tagsAndDeprecations"] = Changes,
        ["tagsKept"] = Texts(KeptTags),
        ["maintainersNotHere"] = Texts(Strangers),
        ["refused"] = new JsonArray([.. Refused.Select(Json)]),
    };

    public static JsonObject Json(Refusal refusal) => new() { ["subject"] = refusal.Subject, ["code"] = refusal.Code, ["text"] = refusal.Text };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}

/// <summary>What became of a whole import.</summary>
internal sealed record ImportReport(string Source, bool IsDryRun, DateTimeOffset BeganAt)
{
    public string? FoundBy { get; init; }

    /// <summary>In the order of their names.</summary>
    public required IReadOnlyList<PackageReport> Packages { get; init; }

    /// <summary>What was found at the source and is no package's version.</summary>
    public IReadOnlyList<Refusal> Unreadable { get; init; } = [];

    /// <summary>Why it ended before its end; null when it did not.</summary>
    public string? Stopped { get; init; }

    public IEnumerable<Refusal> Refused => Unreadable.Concat(Packages.SelectMany(package => package.Refused));

    public int PackagesImported => Packages.Count(package => package.Imported.Count > 0);

    public int VersionsImported => Packages.Sum(package => package.Imported.Count);

    public int VersionsHere => Packages.Sum(package => package.Here);

    public JsonObject ToJson(DateTimeOffset endedAt) => new()
    {
        ["source"] = Source,
        ["dryRun"] = IsDryRun,
        ["began"] = JsonTime.Of(BeganAt),
        ["ended"] = JsonTime.Of(endedAt),
        ["namesFoundBy"] = FoundBy,
        ["stopped"] = Stopped,
        ["totals"] = new JsonObject
        {
            ["packages"] = Packages.Count,
            ["packagesImported"] = PackagesImported,
            ["versionsImported"] = VersionsImported,
            ["versionsAlreadyHere"] = VersionsHere,
            ["refused"] = Refused.Count(),
        },
        ["packages"] = new JsonArray([.. Packages.Select(package => package.ToJson())]),
        ["unreadable"] = new JsonArray([.. Unreadable.Select(PackageReport.Json)]),
    };
}
