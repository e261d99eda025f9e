using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.Server.Tests.Identity.SecondFactors;

/// <summary>A passkey as an authenticator and a browser make and use it: ES256, attestation "none" (Web Authentication, sections 6 and 7). A test changes one thing.</summary>
internal sealed record TestPasskey(Uri Registry)
{
    private const byte Present = 0x01;
    private const byte Verified = 0x04;
    private const byte Attested = 0x40;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] id = RandomNumberGenerator.GetBytes(32);
    private uint count;

    public string Origin { get; init; } = Registry.GetLeftPart(UriPartial.Authority);

    public string Host { get; init; } = Registry.Host;

    public bool VerifiesUser { get; init; } = true;

    /// <summary>Whether the page was shown in another's frame.</summary>
    public bool IsInAFrame { get; init; }

    /// <summary>What the next use says its counter is, in place of one more than before.</summary>
    public uint? NextCount { get; set; }

    public string Make(string options)
    {
        var data = Data(Attested, [.. new byte[16], 0, (byte)id.Length, .. id, .. CoseKey()]);
        return Answer(new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(Client("webauthn.create", options)),
            ["attestationObject"] = Base64Url.EncodeToString([0xa3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xa0, 0x68, .. "authData"u8, 0x58, (byte)data.Length, .. data]),
            ["transports"] = new JsonArray("internal"),
        });
    }

    public string Use(string options, string personId)
    {
        count = NextCount ?? count + 1;
        var (client, data) = (Client("webauthn.get", options), Data(0, []));
        byte[] signed = [.. data, .. SHA256.HashData(client)];
        return Answer(new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(client),
            ["authenticatorData"] = Base64Url.EncodeToString(data),
            ["signature"] = Base64Url.EncodeToString(key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
            ["userHandle"] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(personId)),
        });
    }

    private string Answer(JsonObject response) => new JsonObject
    {
        ["id"] = Base64Url.EncodeToString(id),
        ["rawId"] = Base64Url.EncodeToString(id),
        ["type"] = "public-key",
        ["authenticatorAttachment"] = "platform",
        ["clientExtensionResults"] = new JsonObject(),
        ["response"] = response,
    }.ToJsonString();

    private byte[] Client(string type, string options) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["type"] = type,
        ["challenge"] = (string)JsonNode.Parse(options)!["challenge"]!,
        ["origin"] = Origin,
        ["crossOrigin"] = IsInAFrame,
    }.ToJsonString());

    private byte[] Data(byte flags, byte[] attested)
    {
        var counter = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, count);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(Host)), (byte)(Present | (VerifiesUser ? Verified : 0) | flags), .. counter, .. attested];
    }

    private byte[] CoseKey()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
    }
}
