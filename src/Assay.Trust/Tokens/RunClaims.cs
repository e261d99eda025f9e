using Assay.Trust.Bindings;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;

namespace Assay.Trust.Tokens;

/// <summary>
/// What is said about a run, typed by its provider's definition, with the provider's rules applied. Whether anybody vouches for it is said by
/// the two kinds: only <see cref="VerifiedClaims"/> may be traded for a token, <see cref="AssumedClaims"/> can be evaluated and no more.
/// </summary>
public abstract class RunClaims
{
    private readonly ClaimTable table;

    private protected RunClaims(ProviderDefinition definition, IssuerBinding binding, ClaimTable table)
    {
        this.table = table;
        Definition = definition;
        Binding = binding;
        Recital = string.Join(", ", definition.Recital.Select(part => $"{part.Label} {Recite(part.Value)}"));
    }

    public ProviderDefinition Definition { get; }

    public IssuerBinding Binding { get; }

    public string Issuer => Binding.Issuer;

    /// <summary>Why a run of this kind never writes, whatever a policy says; null when it may.</summary>
    public Refusal? WriteRefusal { get; internal init; }

    /// <summary>What the caller presented, in words, printable: all that a refusal may say before a pinned identity matched.</summary>
    public string Recital { get; }

    public string ProjectId => this[Definition.Run.Project]!;

    /// <summary>Null where the provider's projects have no owner.</summary>
    public string? OwnerId => Definition.Run.Owner is { } owner ? this[owner] : null;

    /// <summary>Null where the token does not say in which run it was made.</summary>
    public string? RunId => Definition.Run.Run is { } run ? this[run] : null;

    /// <summary>Ids are unique within one issuer only.</summary>
    public ProjectKey ProjectKey => new(Issuer, ProjectId);

    /// <summary>How many claims the definition does not declare.</summary>
    public int UndeclaredClaims => table.Undeclared;

    /// <summary>A declared claim as text, or null when it is absent.</summary>
    public string? this[string claim] => table.Claim(claim)?.Text;

    /// <summary>The items of a declared claim, empty when it is absent.</summary>
    public IReadOnlyList<string> Items(string claim) => table.Claim(claim)?.Items ?? [];

    public string? Derived(string name) => table.Text(new ValueReference(ValueSource.Derived, name));

    public ClaimValue? Find(ValueReference reference) => table.Find(reference);

    /// <summary>One of <see cref="RunShape.KnownFacts"/>, or null where this provider or this run does not say it.</summary>
    public string? Fact(string name) => Definition.Run.Facts.TryGetValue(name, out var reference) ? table.Text(reference) : null;

    /// <summary>The declared claims that may be kept and shown: all that are present and not personal.</summary>
    public IEnumerable<KeyValuePair<string, string>> Recordable()
    {
        foreach (var (name, claim) in Definition.Claims)
        {
            if (!claim.Personal && this[name] is { } value)
            {
                yield return new KeyValuePair<string, string>(name, value);
            }
        }
    }

    /// <summary>A link named by the definition (<c>project</c>, <c>run</c>, <c>commit</c>, <c>workflow</c>), or null.</summary>
    public string? Link(string name) =>
        Definition.Run.Links.TryGetValue(name, out var template) ? LinkTemplate.Render(template, table.Text) : null;

    public override string ToString() => Recital;

    private string Recite(ValueReference reference)
    {
        var text = table.Text(reference);
        var isBoolean = reference.Source is ValueSource.Claim
            && Definition.Claims[reference.Name].Type is ClaimType.BooleanText or ClaimType.TrueOrFalse;
        return text switch
        {
            null => "none",
            "true" when isBoolean => "yes",
            "false" when isBoolean => "no",
            _ => Printable.Value(text),
        };
    }
}

/// <summary>One CI project at one issuer.</summary>
public readonly record struct ProjectKey(string Issuer, string ProjectId);
