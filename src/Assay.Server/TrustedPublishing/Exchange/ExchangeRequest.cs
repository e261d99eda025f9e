using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;

namespace Assay.Server.TrustedPublishing;

/// <summary>What a run asks for: actions of one class, on one package, or for reading on names and patterns.</summary>
internal sealed record ExchangeRequest
{
    private const int MostNames = 50;
    private const string TagCommand = "dist-tag";

    private ExchangeRequest(TrustActions wanted, IReadOnlyList<NamePattern> names)
    {
        Wanted = wanted;
        Names = names;
    }

    public TrustActions Wanted { get; }

    /// <summary>At least one; exactly one package for all but reading.</summary>
    public IReadOnlyList<NamePattern> Names { get; }

    public ActionClass Class => Wanted.Class();

    public Asked About(NamePattern name) => new(name, Wanted);

    /// <summary>As npm asks, for one package; what for, only the name of its command tells. Null for what is no name.</summary>
    public static ExchangeRequest? OfNpm(string package, string command) =>
        PackageName.TryParse(package, null, out var name) && TryExact(name.Value, out var exact)
            ? new ExchangeRequest(command == TagCommand ? TrustActions.DistTag : TrustActions.Publish, [exact])
            : null;

    /// <summary>
    /// Reads <c>{"actions":["read"],"packages":["@acme/*"]}</c>. What is not understood is refused: ignoring it would give a token that does
    /// something else than its job believes.
    /// </summary>
    public static bool TryRead(JsonNode? json, [NotNullWhen(true)] out ExchangeRequest? request, [NotNullWhen(false)] out string? problem)
    {
        request = null;
        if (json is not JsonObject { Count: 2 } body || body.Texts("actions") is not { } actions || body.Texts("packages") is not { } packages)
        {
            problem = """The body is a JSON object with two lists of texts and nothing else, such as {"actions":["read"],"packages":["@acme/*"]}.""";
            return false;
        }
        if (!TrustActionNames.TryParse(actions, out var wanted) || wanted is TrustActions.None || !IsOfOneClass(wanted))
        {
            problem = "'actions' names what the token is for: publish or stage; or any of dist-tag, deprecate, unpublish; or read.";
            return false;
        }
        var names = packages.Distinct(StringComparer.Ordinal).Select(text => Name(text, wanted)).OfType<NamePattern>().ToList();
        problem = names.Count != packages.Distinct(StringComparer.Ordinal).Count() ? Unknown(wanted) : Count(wanted, names.Count);
        request = problem is null ? new ExchangeRequest(wanted, names) : null;
        return request is not null;
    }

    private static bool IsOfOneClass(TrustActions wanted) =>
        Enum.GetValues<TrustActions>().Where(action => action is not TrustActions.None && wanted.HasFlag(action)).All(action => action.Class() == wanted.Class());

    private static NamePattern? Name(string text, TrustActions wanted)
    {
        if (PackageName.TryParse(text, out _) && TryExact(text, out var exact))
        {
            return exact;
        }
        var isPattern = NamePattern.TryParse(text, out var pattern) && pattern.Level is NameLevel.Pattern or NameLevel.Scope;
        return isPattern && wanted is TrustActions.Read ? pattern : null;
    }

    // Names of packages may have a star in them, by npm's older rules; here it would make a pattern of them.
    private static bool TryExact(string name, [NotNullWhen(true)] out NamePattern? exact) => NamePattern.TryParse(name, out exact) && exact.IsExact;

    private static string Unknown(TrustActions wanted) => wanted is TrustActions.Read
        ? "'packages' are names of packages, or patterns within a scope such as @acme/* and @acme/ui-*."
        : "'packages' is one package by its exact name.";

    private static string? Count(TrustActions wanted, int count) => wanted is TrustActions.Read
        ? count is 0 or > MostNames ? $"'packages' has 1 to {MostNames} names or patterns." : null
        : count is 1 ? null : Unknown(wanted);
}

/// <summary>One name of a request, as attempts and refusals are about it.</summary>
internal sealed record Asked(NamePattern Name, TrustActions Wanted);
