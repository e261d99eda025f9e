using System.Security.Cryptography;
using System.Text;
using Assay.Provenance.Sigstore.Roots;
using Assay.Provenance.Tuf;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Signing;
using Assay.Server.Transparency;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Attestations;

/// <summary>What clients with the private trusted root are to believe now: the registry's keys, and the log's under every name that it had.</summary>
internal sealed record PrivateRootContents(IReadOnlyList<RegistryKey> RegistryKeys, IReadOnlyList<LogKey> Logs, Uri Registry)
{
    public static async Task<PrivateRootContents> ReadAsync(
        RegistryDb db, SigningKeys keys, IForeignKeys foreign, PublicUrl publicUrl, CancellationToken cancellationToken)
    {
        var log = await db.Log.SingleAsync(cancellationToken);
        var rows = await keys.ListAsync(cancellationToken);
        string[] origins = [log.Origin, .. log.FormerOrigins.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        var others = (await foreign.ListAsync(cancellationToken)).DistinctBy(key => key.KeyId);
        return new PrivateRootContents(
            [
                .. rows.Where(row => row.Purpose == KeyPurpose.Registry).Select(row => new RegistryKey(row.KeyId, row.PublicKey, Window(row))),
                // When another registry began to use a key nobody says; what it signed is older than when we met it.
                .. others.Select(key => new RegistryKey(key.KeyId, Convert.FromBase64String(key.Key), new ValidityWindow(DateTimeOffset.UnixEpoch, key.ExpiresAt))),
            ],
            [
                .. from origin in origins
                   from row in rows
                   where row.Purpose == KeyPurpose.LogEcdsa
                   select new LogKey(LogKeys.EcdsaKey(origin, row.PublicKey), Window(row)),
            ],
            publicUrl.Base);
    }

    /// <summary>Changes when anything of it does.</summary>
    public string Digest(IEnumerable<SigningKeyRow> tufKeys)
    {
        var text = new StringBuilder(Registry.AbsoluteUri);
        foreach (var key in RegistryKeys)
        {
            text.Append($"\n{key.Id} {key.ValidFor.End:O}");
        }
        foreach (var key in Logs)
        {
            text.Append($"\n{key.Key} {key.ValidFor.End:O}");
        }
        foreach (var key in tufKeys)
        {
            text.Append($"\n{key.Purpose} {key.KeyId}");
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static ValidityWindow Window(SigningKeyRow row) => new(row.CreatedAt, row.ExpiresAt);
}
