using System.Globalization;
using System.Text.Json.Nodes;

namespace Assay.Provenance.Tuf;

/// <summary>What all files of metadata have in common (TUF 1.0.31, section 4.2 and 4.3).</summary>
internal static class Metadata
{
    private const string Specification = "1.0.31";

    /// <summary>The members of every signed part, to which a role adds its own.</summary>
    public static JsonObject Signed(string type, int version, DateTimeOffset expires)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        return new JsonObject
        {
            ["_type"] = type,
            ["spec_version"] = Specification,
            ["version"] = version,
            ["expires"] = expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
    }

    public static byte[] Write(JsonObject signed, params IEnumerable<TufSigner> signers)
    {
        var bytes = OlpcJson.Write(signed);
        // Clients refuse a file with two signatures of one key.
        JsonNode[] signatures = [.. signers.DistinctBy(signer => signer.Key.Id).Select(signer => signer.SignatureOver(bytes))];
        return JsonFile.Write(new JsonObject { ["signatures"] = new JsonArray(signatures), ["signed"] = signed });
    }
}
