using Assay.Provenance.Sigstore.Bundles;

namespace Assay.Provenance.Sigstore.Logs.Bodies;

/// <summary>Entries of kind <c>dsse</c>: one signature over an envelope whose payload is given by its digest.</summary>
internal static class DsseBody
{
    public static LoggedSignature ReadFirst(ProtoObject spec)
    {
        var signature = Only(spec);
        return new LoggedSignature(
            LoggedHex.Read(spec.Object("payloadHash"), DigestOf.Payload),
            signature.Bytes("signature"),
            LoggedVerifier.OfPem(signature.Bytes("verifier")));
    }

    public static LoggedSignature ReadSecond(ProtoObject spec)
    {
        var body = spec.Object("dsseV002");
        var signature = Only(body);
        var hash = body.Object("payloadHash");
        return new LoggedSignature(
            new LoggedDigest(DigestOf.Payload, hash.Text("algorithm"), hash.Bytes("digest")),
            signature.Bytes("content"),
            LoggedVerifier.Of(signature.Object("verifier")));
    }

    private static ProtoObject Only(ProtoObject body) =>
        body.Objects("signatures", 1) is [var only] ? only : throw new MalformedException("the entry needs one signature");
}
