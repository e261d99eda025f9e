using System.Diagnostics.CodeAnalysis;
using Assay.Trust.Providers;

namespace Assay.Trust.Bindings;

/// <summary>One concrete issuer that an operator trusts, and the names it may publish.</summary>
public sealed record IssuerBinding
{
    private IssuerBinding()
    {
    }

    public string Id { get; internal init; } = "";

    public string ProviderId { get; internal init; } = "";

    /// <summary>Compared character for character; never normalised.</summary>
    public string Issuer { get; internal init; } = "";

    /// <summary>Empty means nothing: an issuer publishes only what an operator wrote down.</summary>
    public IReadOnlyList<NamePattern> Names { get; internal init; } = [];

    /// <summary>Every constant of the definition, with the operator's values in place of defaults.</summary>
    public IReadOnlyDictionary<string, string> Constants { get; internal init; } = new Dictionary<string, string>();

    /// <summary>Where the bound claims are found.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Claims { get; internal init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    public IReadOnlyList<string> RequiredClaims { get; internal init; } = [];

    /// <summary>The only audience that counts, or null for the registry's own ones.</summary>
    public string? Audience { get; internal init; }

    /// <summary>Owner ids that policies may learn at first use; empty means any.</summary>
    public IReadOnlyList<string> LearnableOwners { get; internal init; } = [];

    public bool MayPublish(string package) => Names.Any(pattern => pattern.Matches(package));

    /// <summary>The audiences that tokens of this issuer may have, given the registry's own.</summary>
    public IReadOnlySet<string> Audiences(IReadOnlySet<string> own) => Audience is null ? own : new HashSet<string> { Audience };

    /// <summary>The member names under which this issuer's tokens hold a claim; none when an optional one was not bound.</summary>
    public IReadOnlyList<string> Place(string claim, ClaimDefinition declared) =>
        declared.Bound ? Claims.GetValueOrDefault(claim) ?? [] : declared.At;

    public bool MayLearnOwner(string? ownerId) =>
        LearnableOwners.Count == 0 || ownerId is not null && LearnableOwners.Contains(ownerId, StringComparer.Ordinal);

    public static bool TryCreate(
        ProviderCatalog catalog, BindingDraft draft, [NotNullWhen(true)] out IssuerBinding? binding, out IReadOnlyList<string> problems)
    {
        binding = null;
        if (catalog.Find(draft.ProviderId) is not { } definition)
        {
            problems = [$"There is no provider '{draft.ProviderId}'. Known providers: {string.Join(", ", catalog.Ids)}."];
            return false;
        }
        List<string> found = [];
        if (catalog.ProblemWithIssuer(definition, draft.Issuer, draft.AllowLoopbackHttp) is { } problem)
        {
            found.Add(problem);
        }
        var names = ReadNames(draft.Names, found);
        var constants = BindingCheck.Constants(definition, draft, found);
        BindingCheck.Claims(definition, draft, found);
        var audience = BindingCheck.Audience(definition, draft, constants, found);
        problems = found;
        if (found.Count > 0)
        {
            return false;
        }
        binding = new IssuerBinding
        {
            Id = draft.Id,
            ProviderId = draft.ProviderId,
            Issuer = draft.Issuer,
            Names = names,
            Constants = constants,
            Claims = draft.Claims,
            RequiredClaims = draft.RequiredClaims,
            Audience = audience,
            LearnableOwners = draft.LearnableOwners,
        };
        return true;
    }

    private static List<NamePattern> ReadNames(IReadOnlyList<string> names, List<string> problems)
    {
        List<NamePattern> patterns = [];
        foreach (var name in names)
        {
            if (NamePattern.TryParse(name, out var pattern))
            {
                patterns.Add(pattern);
            }
            else
            {
                problems.Add($"'{name}' is not a name pattern. Use '*', '@scope/*', '@scope/prefix-*' or one exact name.");
            }
        }
        return patterns;
    }
}
