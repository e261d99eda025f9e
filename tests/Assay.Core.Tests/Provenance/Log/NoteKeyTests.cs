using System.Security.Cryptography;
using System.Text;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;

namespace Assay.Core.Tests.Provenance.Log;

public sealed class NoteKeyTests
{
    private const string Example = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    private readonly TestLog log = new();

    [Fact]
    public void Keys_of_every_type_are_read_as_they_are_written()
    {
        foreach (var key in new NoteKey[] { log.Ed25519Key, log.EcdsaKey, log.WitnessKey })
        {
            Assert.True(NoteKey.TryParse(key.ToString(), out var read));

            Assert.Equal((key.GetType(), key.Name, key.Id), (read.GetType(), read.Name, read.Id));
            Assert.Equal(key.ToString(), read.ToString());
        }
    }

    [Fact]
    public void The_id_of_an_elliptic_curve_key_is_the_beginning_of_the_logs_id() =>
        Assert.Equal($"{log.EcdsaKey.Id:x8}", Convert.ToHexStringLower(log.EcdsaKey.LogId.Span[..4]));

    [Fact]
    public void One_key_has_another_id_for_every_name_and_type()
    {
        var publicKey = Convert.FromBase64String(Example.Split('+', 3)[2])[1..];

        uint[] ids = [Ed25519NoteKey.Create("a", publicKey)!.Id, Ed25519NoteKey.Create("b", publicKey)!.Id, WitnessKey.Create("a", publicKey)!.Id];

        Assert.Equal(3, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.com/foo")]
    [InlineData("example.com/foo+530d903a")]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U0=")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n")]
    [InlineData("example.com/foo +530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("a+530d903a+AQ==")]
    [InlineData("a+530d903a+Ag==")]
    [InlineData("a+530d903a+")]
    public void Another_spelling_is_no_key(string text) => Assert.False(NoteKey.TryParse(text, out _));

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_key_has_a_bounded_text(int length, bool isKey) =>
        Assert.Equal(isKey, NoteKey.TryParse($"{EcdsaNoteKey.Create(new string('a', length - 134), Spki())}", out _));

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("00")]
    public void A_point_of_small_order_or_none_is_no_ed25519_key(string hex)
    {
        Assert.Null(Ed25519NoteKey.Create("a", Convert.FromHexString(hex)));
        Assert.Null(WitnessKey.Create("a", Convert.FromHexString(hex)));
    }

    [Fact]
    public void Only_whole_keys_on_the_curve_p256_are_elliptic_curve_keys()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        var key = p256.ExportSubjectPublicKeyInfo();

        Assert.NotNull(EcdsaNoteKey.Create("a", key));
        Assert.Null(EcdsaNoteKey.Create("a", [.. key, 0]));
        Assert.Null(EcdsaNoteKey.Create("a", key.AsSpan(0, key.Length - 1)));
        Assert.Null(EcdsaNoteKey.Create("a", p384.ExportSubjectPublicKeyInfo()));
        Assert.Null(EcdsaNoteKey.Create("a", rsa.ExportSubjectPublicKeyInfo()));
        Assert.Null(EcdsaNoteKey.Create("a", []));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u2028b")]
    [InlineData("a\ud800b")]
    public void A_key_has_a_name_that_a_note_can_hold(string name) => Assert.Throws<ArgumentException>(() => EcdsaNoteKey.Create(name, Spki()));

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(70)]
    [InlineData(5000)]
    public void Bytes_that_are_no_signature_verify_under_no_key(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        foreach (var key in new NoteKey[] { log.Ed25519Key, log.EcdsaKey, log.WitnessKey })
        {
            Assert.True(UnverifiedNote.TryParse(Encoding.UTF8.GetBytes($"text\n\n{new NoteSignature(key.Name, key.Id, bytes)}"), out var note));

            Assert.False(note.TryVerify([key], out _, out var refusal));
            Assert.Equal(LogRefusal.BadSignature, refusal);
        }
    }

    [Fact]
    public void A_signature_on_the_curve_is_in_der()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = EcdsaNoteKey.Create("a", p256.ExportSubjectPublicKeyInfo())!;
        var text = "text\n"u8.ToArray();

        foreach (var format in new[] { DSASignatureFormat.Rfc3279DerSequence, DSASignatureFormat.IeeeP1363FixedFieldConcatenation })
        {
            var line = new NoteSignature("a", key.Id, p256.SignData(text, HashAlgorithmName.SHA256, format));
            Assert.True(UnverifiedNote.TryParse(Encoding.UTF8.GetBytes($"text\n\n{line}"), out var note));

            Assert.Equal(format is DSASignatureFormat.Rfc3279DerSequence, note.TryVerify([key], out _, out _));
        }
    }

    private static byte[] Spki()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportSubjectPublicKeyInfo();
    }
}
