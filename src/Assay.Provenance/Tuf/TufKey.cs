using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Provenance.Sigstore.Keys;

namespace Assay.Provenance.Tuf;

/// <summary>The public half of an ECDSA P-256 key that signs TUF metadata.</summary>
public sealed class TufKey
{
    private const string Type = "ecdsa";
    private const string Scheme = "ecdsa-sha2-nistp256";

    private readonly VerificationKey key;

    private TufKey(VerificationKey key)
    {
        this.key = key;
        Id = Convert.ToHexStringLower(SHA256.HashData(OlpcJson.Write(ToJson())));
    }

    /// <summary>The hash of the key as metadata lists it (TUF 1.0.31, section 4.2).</summary>
    public string Id { get; }

    public static bool TryCreate(ReadOnlySpan<byte> subjectPublicKeyInfo, [NotNullWhen(true)] out TufKey? key)
    {
        key = VerificationKey.TryCreate(subjectPublicKeyInfo, out var read) && read.Algorithm is KeyAlgorithm.EcdsaP256 ? new TufKey(read) : null;
        return key is not null;
    }

    internal static TufKey? FromPem(string pem) =>
        VerificationKey.TryFromPem(pem, out var read) && TryCreate(read.SubjectPublicKeyInfo, out var key) ? key : null;

    internal JsonObject ToJson() => new()
    {
        ["keytype"] = Type,
        ["scheme"] = Scheme,
        ["keyval"] = new JsonObject { ["public"] = PemEncoding.WriteString("PUBLIC KEY", key.SubjectPublicKeyInfo) + "\n" },
    };

    internal bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => key.Verifies(data, signature);
}
