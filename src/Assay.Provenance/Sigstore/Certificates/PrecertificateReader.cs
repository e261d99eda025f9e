using System.Formats.Asn1;

namespace Assay.Provenance.Sigstore.Certificates;

/// <summary>Takes the promises of certificate logs out of a certificate, and gives what is left the form in which the logs saw it.</summary>
internal static class PrecertificateReader
{
    private const string PromiseList = "1.3.6.1.4.1.11129.2.4.2";
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3, isConstructed: true);

    /// <returns>Empty when there are none or they cannot be read.</returns>
    public static IReadOnlyList<CertificateTimestamp> Read(ReadOnlyMemory<byte> certificate, out byte[] precertificate)
    {
        precertificate = [];
        var writer = new AsnWriter(AsnEncodingRules.DER);
        try
        {
            var fields = new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence().ReadSequence();
            byte[]? promises = null;
            using (writer.PushSequence())
            {
                while (fields.HasData)
                {
                    if (fields.PeekTag().HasSameClassAndValue(ExtensionsTag))
                    {
                        promises = CopyExtensions(fields.ReadSequence(ExtensionsTag).ReadSequence(), writer);
                    }
                    else
                    {
                        writer.WriteEncodedValue(fields.ReadEncodedValue().Span);
                    }
                }
            }
            precertificate = writer.Encode();
            return promises is null ? [] : CertificateTimestampReader.ReadList(promises) ?? [];
        }
        catch (AsnContentException)
        {
            return [];
        }
    }

    /// <summary>Every extension but one is copied as it stands: the log signed those bytes, not our idea of them.</summary>
    private static byte[]? CopyExtensions(AsnReader extensions, AsnWriter writer)
    {
        byte[]? promises = null;
        using (writer.PushSequence(ExtensionsTag))
        using (writer.PushSequence())
        {
            while (extensions.HasData)
            {
                var encoded = extensions.ReadEncodedValue();
                var extension = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
                if (extension.ReadObjectIdentifier() != PromiseList)
                {
                    writer.WriteEncodedValue(encoded.Span);
                    continue;
                }
                var list = new AsnReader(extension.ReadOctetString(), AsnEncodingRules.DER).ReadOctetString();
                promises = promises is null ? list : throw new AsnContentException("There are two lists.");
            }
        }
        return promises;
    }
}
