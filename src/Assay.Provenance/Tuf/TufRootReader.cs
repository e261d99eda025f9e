using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Assay.Provenance.Sigstore.Bundles;

namespace Assay.Provenance.Tuf;

/// <summary>Reads roots that were written here: one key for the root itself, one for everything else.</summary>
internal static class TufRootReader
{
    private const int MostSignatures = 8;

    public static bool TryRead(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out TufRoot? root)
    {
        root = ProtoObject.TryRead(bytes, file => Read(file, bytes.ToArray()), out var read) ? read : null;
        return root is not null;
    }

    public static bool IsSignedBy(TufKey key, byte[] bytes) =>
        ProtoObject.TryRead(bytes, file => IsSignedBy(key, file), out var isSigned) && isSigned;

    private static TufRoot? Read(ProtoObject file, byte[] bytes)
    {
        var signed = file.Object("signed");
        return signed.Text("_type") == "root" && signed.Element("version").TryGetInt32(out var version) && signed.Time("expires") is { } expires
            && KeyOf(signed, "root") is { } rootKey && KeyOf(signed, "timestamp") is { } onlineKey && IsSignedBy(rootKey, file)
                ? new TufRoot(version, expires, rootKey, onlineKey, bytes)
                : null;
    }

    private static TufKey? KeyOf(ProtoObject signed, string role)
    {
        if (signed.Object("roles").Object(role).ListOfTexts("keyids", 1) is not [var id])
        {
            return null;
        }
        var key = TufKey.FromPem(signed.Object("keys").Object(id).Object("keyval").Text("public"));
        return key?.Id == id ? key : null;
    }

    private static bool IsSignedBy(TufKey key, ProtoObject file)
    {
        var signed = OlpcJson.Write(JsonObject.Create(file.Element("signed")));
        return file.Objects("signatures", MostSignatures)
            .Any(signature => signature.Text("keyid") == key.Id && key.Verifies(signed, Hex(signature.Text("sig"))));
    }

    private static byte[] Hex(string text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException exception)
        {
            throw new MalformedException("a signature is not in hexadecimal", exception);
        }
    }
}
