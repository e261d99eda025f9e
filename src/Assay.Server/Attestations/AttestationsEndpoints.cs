using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Signing;

namespace Assay.Server.Attestations;

internal static class AttestationsEndpoints
{
    private const string Curve = "ecdsa-sha2-nistp256";

    public static void MapAttestations(this IEndpointRouteBuilder app) => app.MapGet("/-/npm/v1/keys", KeysAsync);

    /// <summary>The keys that versions are verified with, also those that sign no more (npm 11, pnpm 12). 404 says to clients that this registry does not sign.</summary>
    private static async Task<IResult> KeysAsync(SignVersions versions, SigningKeys keys, IForeignKeys foreign, CancellationToken cancellationToken)
    {
        if (!await versions.AreCompleteAsync(cancellationToken))
        {
            return NpmError.NotFound("Older versions of this registry are being signed; its keys are shown when all are.", "keys-not-yet");
        }
        var registry = (await keys.ListAsync(cancellationToken)).Where(row => row.Purpose == KeyPurpose.Registry);
        var others = (await foreign.ListAsync(cancellationToken)).DistinctBy(key => key.KeyId);
        return new JsonAnswer(StatusCodes.Status200OK, new JsonObject { ["keys"] = new JsonArray([.. registry.Select(Shown), .. others.Select(Shown)]) })
        {
            CacheControl = "no-cache",
        };
    }

    private static JsonObject Shown(SigningKeyRow row) => new()
    {
        ["expires"] = row.ExpiresAt is { } end ? JsonTime.Of(end) : null,
        ["keyid"] = row.KeyId,
        ["keytype"] = Curve,
        ["scheme"] = Curve,
        ["key"] = Convert.ToBase64String(row.PublicKey),
    };

    private static JsonObject Shown(ForeignKey key) => new()
    {
        ["expires"] = key.ExpiresAt is { } end ? JsonTime.Of(end) : null,
        ["keyid"] = key.KeyId,
        ["keytype"] = key.KeyType,
        ["scheme"] = key.Scheme,
        ["key"] = key.Key,
        // Whose it is. npm and pnpm pass over members that they do not know; `assay verify` looks for it.
        ["registry"] = key.Registry,
    };
}
