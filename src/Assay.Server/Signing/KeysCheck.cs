using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Assay.Provenance.Keys;
using Assay.Server.Data;
using Assay.Server.Data.Rows;

namespace Assay.Server.Signing;

/// <summary>Of each purpose there is a key that this node has, that others cannot read, and whose signatures verify.</summary>
internal sealed class KeysCheck(SigningKeys keys, KeyHolders holders) : IDoctorCheck
{
    public string Subject => "keys";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = await keys.ListAsync(cancellationToken);
        foreach (var purpose in KeyPurpose.All)
        {
            yield return rows.FirstOrDefault(row => row.Purpose == purpose && row.ExpiresAt is null) is { } row
                ? Look(row)
                : Finding.Failed($"There is no {purpose} key", $"Run: ./run admin key rotate {purpose}");
        }
    }

    private Finding Look(SigningKeyRow row)
    {
        var holder = holders.Of(row.Handle);
        try
        {
            // Asked anew, past what this node remembers: the file or the token may be another by now.
            if (holder.Find(row) is not { } key)
            {
                return Finding.Failed($"This node cannot sign as {row.KeyId} ({row.Purpose}): there is no {holder.PlaceOf(row.Handle)}", holder.RemedyFor(row.Handle));
            }
            return Verifies(row, key.Sign(SelfTest.Message))
                ? Found(row, holder)
                : Finding.Failed($"What {holder.PlaceOf(row.Handle)} signs is not verified by {row.KeyId} ({row.Purpose})", "Put the right key back");
        }
        catch (Exception failure) when (failure is StartRefused or KeyUnavailable or CryptographicException)
        {
            return Finding.Failed($"The {row.Purpose} key cannot be used: {failure.Message}", "See docs/signatures.md");
        }
    }

    private Finding Found(SigningKeyRow row, IKeyHolder holder) => holders.Warning(row.Purpose, row.Handle) is { } warning
        ? Finding.Warning($"The {row.Purpose} key works", warning)
        : Finding.Ok($"The {row.Purpose} key works ({holder.PlaceOf(row.Handle)})");

    private static bool Verifies(SigningKeyRow row, byte[] signature)
    {
        if (KeyPurpose.AlgorithmOf(row.Purpose) is KeyAlgorithm.Ed25519)
        {
            return Ed25519PublicKey.Verifies(row.PublicKey, SelfTest.Message, signature);
        }
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(row.PublicKey, out _);
        return key.VerifyData(SelfTest.Message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
