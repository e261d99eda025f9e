using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Provenance.Log.Notes;
using Assay.Provenance.Sigstore.Roots;
using Assay.Provenance.Tuf;

namespace Assay.Core.Tests.Provenance.Tuf;

/// <summary>The keys of a repository, and what it is made of with them.</summary>
internal sealed class TestTuf
{
    public const string Origin = "registry.example:8443";

    public static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public TufSigner Root { get; } = Signer();

    public TufSigner Online { get; } = Signer();

    public TufRoot FirstRoot => TufRoot.First(Root, Online.Key, Now.AddYears(10));

    public TufContents Contents() => new()
    {
        Roots = [FirstRoot],
        Issue = new TufIssue(7, Now.AddDays(30)),
        Online = Online,
        Registry = new Uri("https://registry.example:8443/npm/"),
        RegistryKeys = [new RegistryKey("SHA256:own", PublicKey(), new ValidityWindow(Now.AddMilliseconds(250), null))],
        LogKeys = [LogKey(new ValidityWindow(Now, null))],
    };

    public static TufSigner Signer()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.True(TufKey.TryCreate(key.ExportSubjectPublicKeyInfo(), out var tufKey));
        return new TufSigner(tufKey, bytes => key.SignData(bytes.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    public static LogKey LogKey(ValidityWindow validFor) => new(EcdsaNoteKey.Create(Origin, PublicKey())!, validFor);

    public static JsonNode Json(ReadOnlyMemory<byte> file) => JsonNode.Parse(file.Span)!;

    private static byte[] PublicKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportSubjectPublicKeyInfo();
    }
}
