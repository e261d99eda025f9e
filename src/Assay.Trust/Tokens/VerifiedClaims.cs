using Assay.Trust.Bindings;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;

namespace Assay.Trust.Tokens;

/// <summary>What an issuer has said about a run: signature, audience, times, types and the provider's rules have been checked.</summary>
public sealed class VerifiedClaims
{
    private readonly ClaimTable table;

    internal VerifiedClaims(ProviderDefinition definition, IssuerBinding binding, ClaimTable table, TokenTimes times, string replayId)
    {
        this.table = table;
        Definition = definition;
        Binding = binding;
        IssuedAt = times.IssuedAt;
        ExpiresAt = times.ExpiresAt;
        ReplayId = replayId;
        Recital = string.Join(", ", definition.Recital.Select(part => $"{part.Label} {Recite(part.Value)}"));
    }

    public ProviderDefinition Definition { get; }

    public IssuerBinding Binding { get; }

    public string Issuer => Binding.Issuer;

    public DateTimeOffset IssuedAt { get; }

    public DateTimeOffset ExpiresAt { get; }

    /// <summary>What this token is known by among its issuer's tokens.</summary>
    public string ReplayId { get; }

    /// <summary>What the caller presented, in words, printable: all that a refusal may say before a pinned identity matched.</summary>
    public string Recital { get; }

    public string ProjectId => this[Definition.Run.Project]!;

    public string OwnerId => this[Definition.Run.Owner]!;

    public string RunId => this[Definition.Run.Run]!;

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
