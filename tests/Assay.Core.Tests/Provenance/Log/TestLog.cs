using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Assay.Core.Tests.Provenance.Log;

/// <summary>A log and a witness with their private keys.</summary>
internal sealed class TestLog
{
    public const string Origin = "registry.example";
    public const string WitnessName = "witness.example/w1";
    public const long WitnessTime = 1_790_000_000;

    private readonly byte[] ed25519 = Seed(1);
    private readonly byte[] witness = Seed(2);
    private readonly ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestLog()
    {
        Ed25519Key = Ed25519NoteKey.Create(Origin, PublicKey(ed25519))!;
        EcdsaKey = EcdsaNoteKey.Create(Origin, ecdsa.ExportSubjectPublicKeyInfo())!;
        WitnessKey = Assay.Provenance.Log.Notes.WitnessKey.Create(WitnessName, PublicKey(witness))!;
    }

    public Ed25519NoteKey Ed25519Key { get; }

    public EcdsaNoteKey EcdsaKey { get; }

    public byte[] EcdsaPublicKey => ecdsa.ExportSubjectPublicKeyInfo();

    public WitnessKey WitnessKey { get; }

    public KnownLog Known => new(Origin, [EcdsaKey, Ed25519Key]);

    public NoteSigner[] Signers =>
    [
        new(EcdsaKey, text => ecdsa.SignData(text.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        new(Ed25519Key, text => Sign(ed25519, text.ToArray())),
    ];

    public Checkpoint Checkpoint(TreeEdge edge, params string[] extensions) =>
        Assay.Provenance.Log.Notes.Checkpoint.Sign(new TreeHead(Origin, edge.Size, edge.Root, extensions), Signers);

    /// <summary>A line as the witness writes it, time before signature.</summary>
    public NoteSignature Cosign(ReadOnlySpan<byte> text, long time = WitnessTime)
    {
        var signature = new byte[8 + Ed25519.SignatureSize];
        BinaryPrimitives.WriteInt64BigEndian(signature, time);
        Sign(witness, [.. Encoding.UTF8.GetBytes($"cosignature/v1\ntime {time}\n"), .. text]).CopyTo(signature, 8);
        return new NoteSignature(WitnessKey.Name, WitnessKey.Id, signature);
    }

    /// <summary>Any text, signed by the log's Ed25519 key.</summary>
    public byte[] Note(string text)
    {
        var line = new NoteSignature(Origin, Ed25519Key.Id, Sign(ed25519, Encoding.UTF8.GetBytes(text)));
        return Encoding.UTF8.GetBytes($"{text}\n{line}");
    }

    private static byte[] Seed(byte first) => [first, .. new byte[Ed25519.SecretKeySize - 1]];

    private static byte[] PublicKey(byte[] seed)
    {
        var key = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(seed, 0, key, 0);
        return key;
    }

    private static byte[] Sign(byte[] seed, byte[] message)
    {
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(seed, 0, message, 0, message.Length, signature, 0);
        return signature;
    }
}
