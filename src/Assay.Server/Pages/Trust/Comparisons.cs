using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.Pages;

/// <summary>One thing that was asked of a run or its token, beside what it presented.</summary>
/// <param name="Name">What is compared.</param>
/// <param name="Expected">What would fit.</param>
/// <param name="Actual">What was presented; null for nothing.</param>
/// <param name="Outcome"><c>yes</c>, <c>no</c> or <c>unknown</c>.</param>
internal sealed record ComparedField(string Name, string Expected, string? Actual, string Outcome)
{
    public string? Code { get; init; }

    /// <summary>What to do about it, in a sentence.</summary>
    public string? Remedy { get; init; }

    /// <summary>A name that matched ids outrank.</summary>
    public bool IsLabel { get; init; }

    /// <summary>Values apart from the words around them, which quotes tell; all of it words where the quotes are not in pairs.</summary>
    public IReadOnlyList<(string Text, bool IsValue)> ExpectedParts => Expected.Split('\'') is { Length: > 2 } parts && parts.Length % 2 == 1
        ? [.. parts.Select((part, at) => (part, at % 2 == 1)).Where(part => part.part.Length > 0)]
        : [(Expected, false)];

    public string Tone => Outcome switch { "yes" => "good", "no" when !IsLabel => "bad", _ => "warn" };
}

/// <summary>One policy that a run was tried on.</summary>
internal sealed record ComparedPolicy(string Policy, string Target, bool IsDeny, string Identity, bool Applies, IReadOnlyList<ComparedField> Fields);

/// <summary>What attempts keep and simulations answer, read for a table.</summary>
internal static class Comparisons
{
    public static IReadOnlyList<ComparedPolicy> Policies(JsonNode? policies) => [.. Objects(policies).Select(policy => new ComparedPolicy(
        policy.Text("policy") ?? "", policy.Text("target") ?? "", policy.Text("effect") == "deny", policy.Text("identity") ?? "", policy.Flag("applies") ?? false,
        [.. Objects(policy["fields"]).Select(Field)]))];

    public static IReadOnlyList<ComparedField> Token(JsonNode? checks) => [.. Objects(checks).Select(check =>
        new ComparedField(check.Text("check") ?? "", check.Text("expected") ?? "", check.Text("presented"), check.Flag("ok") == true ? "yes" : "no")
        {
            Code = check.Text("code"),
            Remedy = check.Text("text"),
        })];

    /// <summary>Claims by name; a list's items are joined.</summary>
    public static IReadOnlyList<(string Name, string Value)> Claims(JsonNode? claims) =>
        [.. (claims as JsonObject ?? []).Select(claim => (claim.Key, claim.Value is JsonArray items ? string.Join(", ", items.Select(item => item?.ToString())) : claim.Value?.ToString() ?? ""))];

    /// <summary>Links into the CI system, as far as they are addresses of the web: what they are made of was presented by a run.</summary>
    public static IReadOnlyList<(string Name, string Address)> Links(JsonNode? links) =>
    [
        .. (links as JsonObject ?? []).Select(link => (link.Key, Address: link.Value?.ToString() ?? ""))
            .Where(link => Uri.TryCreate(link.Address, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)),
    ];

    private static ComparedField Field(JsonObject field) => new(NameOf(field), field.Text("expected") ?? "", field.Text("actual"), field.Text("outcome") switch
    {
        "true" => "yes",
        "false" => "no",
        _ => "unknown",
    })
    {
        Code = field.Text("code"),
        Remedy = field.Text("remedy"),
        IsLabel = field.Flag("label") ?? false,
    };

    /// <summary>There may be several ids; their claims tell which.</summary>
    private static string NameOf(JsonObject field) => (field.Text("field"), field.Text("claim")) switch
    {
        ("identity", { Length: > 0 } claim) => PolicyWords.Label(claim),
        var (name, _) => name ?? "",
    };

    private static IEnumerable<JsonObject> Objects(JsonNode? items) => (items as JsonArray ?? []).OfType<JsonObject>();
}

/// <summary>A table of comparisons.</summary>
internal sealed record ComparedTable(string Caption, IReadOnlyList<ComparedField> Fields)
{
    /// <summary>What does not fit first: that is what people came for.</summary>
    public IEnumerable<ComparedField> Ordered => Fields.OrderBy(compared => compared.Outcome switch { "no" => 0, "unknown" => 1, _ => 2 });

    public static ComparedTable Of(ComparedPolicy policy) => new(
        $"{(policy.IsDeny ? "Deny" : "Policy")} {policy.Policy} on {policy.Target}: {(policy, policy.IsDeny) switch
        {
            ({ Applies: true }, true) => "it denies this run",
            (_, true) => "it does not apply",
            ({ Applies: true }, _) => "it fits",
            _ => "it does not fit",
        }}{(policy.IsDeny || policy.Identity.Length == 0 ? "" : $"; identity {policy.Identity}")}", policy.Fields);
}
