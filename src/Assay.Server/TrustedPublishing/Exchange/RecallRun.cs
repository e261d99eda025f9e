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
    public async ValueTask<StatedProvenance?> ProvenanceAsync(PublishTokenRow token, CancellationToken cancellationToken)
    {
        var issuers = await trust.IssuersAsync(cancellationToken);
        if (issuers.FirstOrDefault(known => known.Binding.Id == token.BindingId) is not { } issuer
            || JsonNode.Parse(token.RunJson) is not JsonObject run || run["claims"] is not JsonObject kept
            || TokenVerification.TryRecall(kept, issuer.Definition, issuer.Binding, out var claims) is not null)
        {
            return null;
        }
        return RunProvenance.Of(claims!) is { } provenance ? new StatedProvenance(provenance, run.Text("token")) : null;
    }
}
