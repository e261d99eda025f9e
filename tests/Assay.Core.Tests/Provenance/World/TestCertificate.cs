using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Assay.Core.Tests.Provenance.World;

/// <summary>A short-lived certificate as Fulcio makes them: complete and valid; a test changes one thing.</summary>
internal sealed record TestCertificate
{
    public const string Workflow = "https://github.com/acme/x/.github/workflows/release.yml@refs/heads/main";
    public const string Issuer = "https://token.actions.githubusercontent.com";

    public IReadOnlyList<string> Names { get; init; } = [Workflow];

    /// <summary>The identity's extensions by their last arc.</summary>
    public IReadOnlyList<(int Number, string Text)> Extensions { get; init; } = [(1, Issuer), (8, Issuer), (15, "74"), (17, "4321"), (13, "c0ffee")];

    public DateTimeOffset From { get; init; } = TestSigstore.SignedAt.AddMinutes(-1);

    public DateTimeOffset Until { get; init; } = TestSigstore.SignedAt.AddMinutes(9);

    public string Usage { get; init; } = "1.3.6.1.5.5.7.3.3";

    public TestAuthority? Authority { get; init; }

    /// <summary>The logs that promise to show the certificate; null stands for the trusted one.</summary>
    public IReadOnlyList<TestLog>? Logs { get; init; }

    /// <summary>Whose key the promise is bound to; null stands for the authority's.</summary>
    public byte[]? PromisedIssuer { get; init; }

    /// <summary>The log that the promise names, when it is not the one that signed.</summary>
    public TestLog? NamedLog { get; init; }

    /// <summary>Hash and signature of the promise as TLS numbers them: SHA-256 and ECDSA.</summary>
    public (byte Hash, byte Signature) PromisedWith { get; init; } = (4, 3);

    public X509Certificate2 Issue(TestSigstore world, ECDsa key)
    {
        var authority = Authority ?? world.Authority;
        var promised = authority.Issue(Request(key), From, Until);
        var logs = Logs ?? [world.CertificateLog];
        if (logs.Count == 0)
        {
            return promised;
        }
        var request = Request(key);
        request.CertificateExtensions.Add(PromiseList([.. logs.Select(log => Promise(log, authority, promised))]));
        return authority.Issue(request, From, Until);
    }

    private CertificateRequest Request(ECDsa key)
    {
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(Usage)], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in Names)
        {
            names.AddUri(new Uri(name));
        }
        request.CertificateExtensions.Add(names.Build(critical: true));
        foreach (var (number, text) in Extensions)
        {
            request.CertificateExtensions.Add(new X509Extension($"1.3.6.1.4.1.57264.1.{number}", number < 7 ? Encoding.UTF8.GetBytes(text) : Der(text), false));
        }
        return request;
    }

    private static byte[] Der(string text)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.UTF8String, text);
        return writer.Encode();
    }

    private byte[] Promise(TestLog log, TestAuthority authority, X509Certificate2 promised)
    {
        var body = new AsnReader(promised.RawData, AsnEncodingRules.DER).ReadSequence().ReadEncodedValue().ToArray();
        var time = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, From.ToUnixTimeMilliseconds());
        byte[] signed =
        [
            0, 0, .. time, 0, 1, .. SHA256.HashData(PromisedIssuer ?? authority.PublicKey),
            (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body, 0, 0,
        ];
        var signature = log.Sign(signed);
        return [0, .. (NamedLog ?? log).Id, .. time, 0, 0, PromisedWith.Hash, PromisedWith.Signature, (byte)(signature.Length >> 8), (byte)signature.Length, .. signature];
    }

    private static X509Extension PromiseList(IReadOnlyList<byte[]> promises)
    {
        byte[] items = [.. promises.SelectMany(promise => (byte[])[(byte)(promise.Length >> 8), (byte)promise.Length, .. promise])];
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString([(byte)(items.Length >> 8), (byte)items.Length, .. items]);
        return new X509Extension("1.3.6.1.4.1.11129.2.4.2", writer.Encode(), critical: false);
    }
}
