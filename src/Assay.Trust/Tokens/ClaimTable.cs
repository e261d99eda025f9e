using Assay.Trust.Providers;

namespace Assay.Trust.Tokens;

/// <summary>Claims, derived values and constants, each found only under its own namespace.</summary>
internal sealed class ClaimTable(IReadOnlyDictionary<string, string> constants)
{
    private readonly Dictionary<string, ClaimValue> claims = [];
    private readonly Dictionary<string, ClaimValue> derived = [];

    /// <summary>Claims of the token that the definition does not declare: a provider may add some any day.</summary>
    public int Undeclared { get; set; }

    public void AddClaim(string name, ClaimValue value) => claims[name] = value;

    public void AddDerived(string name, string value) => derived[name] = new ClaimValue(value);

    public ClaimValue? Claim(string name) => claims.GetValueOrDefault(name);

    public ClaimValue? Find(ValueReference reference) => reference.Source switch
    {
        ValueSource.Claim => claims.GetValueOrDefault(reference.Name),
        ValueSource.Derived => derived.GetValueOrDefault(reference.Name),
        _ => constants.TryGetValue(reference.Name, out var constant) ? new ClaimValue(constant) : null,
    };

    public string? Text(ValueReference reference) => Find(reference)?.Text;
}
