using Assay.Provenance.Sigstore.Bundles;

namespace Assay.Provenance.Sigstore.Logs.Bodies;

/// <summary>Digests as the first generation of Rekor writes them: an algorithm and hexadecimal digits.</summary>
internal static class LoggedHex
{
    public static LoggedDigest Read(ProtoObject hash, DigestOf of)
    {
        try
        {
            return new LoggedDigest(of, hash.Text("algorithm"), Convert.FromHexString(hash.Text("value")));
        }
        catch (FormatException exception)
        {
            throw new MalformedException("a digest is not hexadecimal", exception);
        }
    }
}
