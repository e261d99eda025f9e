using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Attestations;
using Assay.Server.Data.Rows;
using Assay.Trust.Runs;
using Assay.Trust.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>What a publish token keeps of the verified run that it was minted for, read by the definition that verified it.</summary>
internal sealed class RecallRun(TrustStore trust)
{
    /// <summary>Null where the provider's definition states nothing, or its issuer is not trusted any more.</summary>
    public async ValueTask<StatedProvenance?> ProvenanceAsync(PublishTokenRow token, CancellationToken cancellationToken) =>
        await ClaimsAsync(token, cancellationToken) is { } claims && RunProvenance.Of(claims) is { } provenance
            ? new StatedProvenance(provenance, (JsonNode.Parse(token.RunJson) as JsonObject)?.Text("token"))
            : null;

    /// <summary>Null where its issuer is not trusted any more.</summary>
    public ValueTask<AssumedClaims?> ClaimsAsync(PublishTokenRow token, CancellationToken cancellationToken) =>
        ClaimsAsync(token.BindingId, token.RunJson, cancellationToken);

    /// <summary>The same of a run that a version keeps.</summary>
    public async ValueTask<AssumedClaims?> ClaimsAsync(string bindingId, string runJson, CancellationToken cancellationToken)
    {
        var issuers = await trust.IssuersAsync(cancellationToken);
        return issuers.FirstOrDefault(known => known.Binding.Id == bindingId) is { } issuer
            && (JsonNode.Parse(runJson) as JsonObject)?["claims"] is JsonObject kept
            && TokenVerification.TryRecall(kept, issuer.Definition, issuer.Binding, out var claims) is null
                ? claims
                : null;
    }
}
