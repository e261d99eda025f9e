namespace Assay.Npm;

/// <summary>The <c>signatures</c> of <c>dist</c>, as its last member.</summary>
internal static class SignatureWriter
{
    // Without any the member is left out: npm takes an empty list for one that was removed.
    public static void Write(JsonSplice json, IReadOnlyList<SignatureMark> signatures)
    {
        if (signatures.Count == 0)
            return;
        json.Raw(",\"signatures\":"u8);
        json.Join("[]"u8, signatures, static (json, signature) =>
        {
            json.Raw("{"u8);
            json.Member("keyid", signature.KeyId);
            json.Raw(","u8);
            json.Member("sig", Convert.ToBase64String(signature.Signature.Span));
            json.Raw("}"u8);
        });
    }
}
