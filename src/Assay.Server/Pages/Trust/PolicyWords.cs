using System.Text;
using Assay.Trust.Policies;
using Assay.Trust.Providers;

namespace Assay.Server.Pages;

/// <summary>Policies in words for people, made of the provider's definition.</summary>
internal static class PolicyWords
{
    private static readonly Dictionary<string, string> Actions = new(StringComparer.Ordinal)
    {
        ["publish"] = "publish versions",
        ["stage"] = "stage versions, which people approve",
        ["dist-tag"] = "move dist-tags",
        ["deprecate"] = "deprecate versions",
        ["unpublish"] = "unpublish versions",
        ["read"] = "install it, and read it",
    };

    private static readonly (string Word, string Text)[] DivertWords =
    [
        ("new-workflow", "it comes from a workflow file that no version came from"),
        ("new-ref-kind", "it comes from a branch where there were tags, or the other way round"),
        ("new-runner", "it was built on another kind of machine"),
        ("new-install-script", "it has an install script and the version before had none"),
        ("lost-provenance", "it has no provenance and the version before had some"),
    ];

    /// <summary>By name on the wire, in the order of forms.</summary>
    public static IReadOnlyDictionary<string, string> AllActions => Actions;

    public static IReadOnlyList<(string Word, string Text)> Diverts => DivertWords;

    public static string Of(TrustActions actions) => string.Join(", ", actions.Names().Select(name => Actions[name]));

    /// <summary><c>configPath</c> and <c>repository_id</c> as words.</summary>
    public static string Label(string name)
    {
        var words = new StringBuilder();
        foreach (var character in name)
        {
            if (character == '_' || char.IsUpper(character))
            {
                words.Append(' ');
            }
            words.Append(character == '_' ? "" : char.ToLowerInvariant(character));
        }
        return words.ToString().Trim();
    }

    /// <summary>What is a release where a policy does not say: what was named and implies it, else what the issuer proves.</summary>
    public static string Automatic(GateShape gate)
    {
        var implied = string.Join(" or ", gate.DeclaredBy.Where(declared => declared.Implied).Select(declared => Label(declared.Field)));
        return (implied.Length > 0, gate.Proved.Count > 0) switch
        {
            (true, true) => $"Automatic (recommended): the {implied} above where it is named, else proof from the CI system",
            (true, false) => $"Automatic (recommended): the {implied} above, which you check at the CI system",
            (false, true) => "Automatic (recommended): proof from the CI system",
            _ => "Nothing yet: choose one of these",
        };
    }

    /// <summary>What people would call the project: the required fields, or the ids where there are none.</summary>
    public static string Project(ProviderDefinition definition, TrustPolicy policy)
    {
        var named = definition.Policy.Fields.Where(field => field.Required).SelectMany(field => policy.Fields.GetValueOrDefault(field.Name) ?? []).ToList();
        return string.Join(" · ", named.Count > 0 ? named : policy.Pins.Values);
    }

    /// <summary>What is asked beside the project, name by name.</summary>
    public static IEnumerable<(string Name, string Text)> Conditions(ProviderDefinition? definition, TrustPolicy policy) =>
    [
        .. (definition?.Policy.Fields ?? []).Where(field => policy.Fields.ContainsKey(field.Name)).Select(field => (Label(field.Name), Values(field, policy.Fields[field.Name]))),
        .. policy.When is { } when ? [("also", when.Describe())] : Array.Empty<(string, string)>(),
        .. policy.Limits.Versions is { } range ? [("versions", $"in {range}")] : Array.Empty<(string, string)>(),
        .. policy.Limits.DistTags.Count > 0 ? [("dist-tags", string.Join(" or ", policy.Limits.DistTags))] : Array.Empty<(string, string)>(),
        .. policy.Limits.VersionsPerRun is { } versions ? [("versions per run", $"at most {versions} of one package")] : Array.Empty<(string, string)>(),
        .. policy.Limits.PackagesPerRun is { } packages ? [("packages per run", $"at most {packages}")] : Array.Empty<(string, string)>(),
        .. policy.Divert == DivertRules.None ? Array.Empty<(string, string)>() : [("waits for people", string.Join("; ", policy.Divert.ToWords().Select(Divert)))],
    ];

    public static IEnumerable<(string Name, string Text)> Pins(TrustPolicy policy) => policy.Pins.Select(pin => (Label(pin.Key), pin.Value));

    private static string Values(PolicyField field, IReadOnlyList<string> values) => string.Join(field.With == "contains-all" ? " and " : " or ", values);

    private static string Divert(string word) => Array.Find(DivertWords, each => each.Word == word).Text ?? $"it is one of too many on one day ({word})";
}
