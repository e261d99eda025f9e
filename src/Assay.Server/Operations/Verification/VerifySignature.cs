using System.Security.Cryptography;
using Assay.Npm;
using Assay.Provenance.Keys;
using Assay.Server.Data.Rows;
using Assay.Server.Signing;

namespace Assay.Server.Operations;

/// <summary>Verifies the registry's signature on a version with the keys that clients are shown.</summary>
internal sealed class VerifySignature(SigningKeys keys)
{
    /// <summary>Null when it is good.</summary>
    public async ValueTask<string?> ProblemAsync(string package, VersionRow row, CancellationToken cancellationToken)
    {
        var known = (await keys.ListAsync(cancellationToken)).Where(key => key.Purpose == KeyPurpose.Registry).ToList();
        if (row.Signature is null)
        {
            return known.Any(key => key.CreatedAt <= (row.ImportedAt ?? row.PublishedAt)) ? "it has no signature of the registry" : null;
        }
        if (known.FirstOrDefault(key => key.KeyId == row.SignatureKeyId) is not { } signer)
        {
            return $"its signature is of the key {row.SignatureKeyId}, which the registry does not list";
        }
        return PackageName.TryParse(package, null, out var name) && IsValid(signer, row, name) ? null : $"its signature by {signer.KeyId} does not verify";
    }

    private static bool IsValid(SigningKeyRow signer, VersionRow row, PackageName name)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(signer.PublicKey, out _);
            return VersionSignature.IsValid(key, row.Signature, name, row.Version, Integrity.FromSha512(row.Sha512));
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
