using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using Assay.Provenance.Keys;
using Net.Pkcs11Interop.Common;

namespace Assay.Server.Signing.Tokens;

/// <summary>How PKCS#11 speaks of an algorithm, and how its answers become what everybody else reads (PKCS#11 3.0, current mechanisms, section 2.3).</summary>
internal abstract class TokenAlgorithm
{
    private const byte OctetString = 4;

    public abstract ulong MakeMechanism { get; }

    public abstract ulong SignMechanism { get; }

    /// <summary>DER, the curve's object identifier.</summary>
    public abstract byte[] Curve { get; }

    private protected abstract int PointLength { get; }

    public static TokenAlgorithm Of(KeyAlgorithm algorithm) => algorithm is KeyAlgorithm.Ed25519 ? new OfEd25519() : new OfEcdsa();

    /// <summary>A subject public key info.</summary>
    /// <exception cref="CryptographicException">It is no point of the curve.</exception>
    public byte[] PublicKeyOf(byte[] point)
    {
        // An octet string around the point says the standard; some tokens leave it out.
        var bare = point.Length == PointLength + 2 && point[0] == OctetString && point[1] == PointLength ? point[2..] : point;
        return bare.Length == PointLength ? Info(bare) : throw new CryptographicException("The token's public key is of another kind.");
    }

    /// <summary>What the token is given to sign.</summary>
    public abstract byte[] Prepared(byte[] message);

    /// <summary>The signature as clients read it.</summary>
    public abstract byte[] Finished(byte[] signature);

    private protected abstract byte[] Info(byte[] point);

    private sealed class OfEcdsa : TokenAlgorithm
    {
        private const int Size = 32;

        public override ulong MakeMechanism => (ulong)CKM.CKM_EC_KEY_PAIR_GEN;

        // Not the token's own hashing: not every token has it.
        public override ulong SignMechanism => (ulong)CKM.CKM_ECDSA;

        public override byte[] Curve => [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

        private protected override int PointLength => 1 + (2 * Size);

        public override byte[] Prepared(byte[] message) => SHA256.HashData(message);

        public override byte[] Finished(byte[] signature)
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteInteger(new BigInteger(signature.AsSpan(..Size), isUnsigned: true, isBigEndian: true));
                writer.WriteInteger(new BigInteger(signature.AsSpan(Size..), isUnsigned: true, isBigEndian: true));
            }
            return writer.Encode();
        }

        private protected override byte[] Info(byte[] point)
        {
            using var key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = point[1..(1 + Size)], Y = point[(1 + Size)..] },
            });
            return key.ExportSubjectPublicKeyInfo();
        }
    }

    private sealed class OfEd25519 : TokenAlgorithm
    {
        // Version 3.0 of the standard, which the binding does not name.
        public override ulong MakeMechanism => 0x1055;

        public override ulong SignMechanism => 0x1057;

        public override byte[] Curve => [0x06, 0x03, 0x2b, 0x65, 0x70];

        private protected override int PointLength => 32;

        public override byte[] Prepared(byte[] message) => message;

        public override byte[] Finished(byte[] signature) => signature;

        private protected override byte[] Info(byte[] point) => Ed25519PublicKey.ToSubjectPublicKeyInfo(point);
    }
}
