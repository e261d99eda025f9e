using Assay.Provenance.Sigstore.Bundles;

namespace Assay.Provenance.Sigstore.Logs.Bodies;

/// <summary>Entries of kind <c>hashedrekord</c>: a signature over a digest. The second form is used for envelopes too.</summary>
internal static class HashedRekordBody
{
    public static LoggedSignature ReadFirst(ProtoObject spec)
    {
        var signature = spec.Object("signature");
        return new LoggedSignature(
            LoggedHex.Read(spec.Object("data").Object("hash"), DigestOf.File),
            signature.Bytes("content"),
            LoggedVerifier.OfPem(signature.Object("publicKey").Bytes("content")));
    }

    public static LoggedSignature ReadSecond(ProtoObject spec)
    {
        var body = spec.Object("hashedRekordV002");
        var (data, signature) = (body.Object("data"), body.Object("signature"));
        return new LoggedSignature(
            new LoggedDigest(DigestOf.SignedBytes, data.Text("algorithm"), data.Bytes("digest")),
            signature.Bytes("content"),
            LoggedVerifier.Of(signature.Object("verifier")));
    }
}
