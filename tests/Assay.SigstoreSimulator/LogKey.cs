using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Assay.SigstoreSimulator;

/// <summary>The key of a log, and how the trusted root lists it.</summary>
internal sealed class LogKey(string name, DateTimeOffset since)
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Name => name;

    public byte[] PublicKey => key.ExportSubjectPublicKeyInfo();

    public byte[] Id => SHA256.HashData(PublicKey);

    public byte[] Sign(ReadOnlyMemory<byte> data)
    {
        lock (key)
        {
            return key.SignData(data.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
    }

    public JsonObject Json() => new()
    {
        ["baseUrl"] = $"https://{name}",
        ["hashAlgorithm"] = "SHA2_256",
        ["publicKey"] = new JsonObject
        {
            ["rawBytes"] = Convert.ToBase64String(PublicKey),
            ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
            ["validFor"] = Root.Since(since),
        },
        ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(Id) },
    };
}
