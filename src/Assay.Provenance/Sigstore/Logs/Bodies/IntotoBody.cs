using System.Text;
using Assay.Provenance.Sigstore.Bundles;

namespace Assay.Provenance.Sigstore.Logs.Bodies;

/// <summary>Entries of kind <c>intoto</c>: the envelope without its payload. The signature stands there in base64 of its base64.</summary>
internal static class IntotoBody
{
    public static LoggedSignature Read(ProtoObject spec)
    {
        var content = spec.Object("content");
        if (content.Object("envelope").Objects("signatures", 1) is not [var signature])
        {
            throw new MalformedException("the entry needs one signature");
        }
        return new LoggedSignature(
            LoggedHex.Read(content.Object("payloadHash"), DigestOf.Payload),
            StrictBase64.Decode(Encoding.ASCII.GetString(signature.Bytes("sig"))) ?? throw new MalformedException("a signature is not base64"),
            LoggedVerifier.OfPem(signature.Bytes("publicKey")));
    }
}
