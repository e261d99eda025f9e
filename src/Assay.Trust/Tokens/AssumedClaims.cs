using Assay.Trust.Bindings;
using Assay.Trust.Providers;

namespace Assay.Trust.Tokens;

/// <summary>Claims that somebody typed, pasted or kept: nobody vouches for them. They answer "what would happen", and never become a token.</summary>
public sealed class AssumedClaims : RunClaims
{
    internal AssumedClaims(ProviderDefinition definition, IssuerBinding binding, ClaimTable table)
        : base(definition, binding, table)
    {
    }
}
