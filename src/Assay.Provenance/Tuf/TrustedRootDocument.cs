using System.Text.Json.Nodes;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Provenance.Tuf;

/// <summary>
/// The <c>trusted_root.json</c> of a private repository: whom Sigstore's clients believed before, so that they go on verifying what comes from
/// elsewhere, and the registry's log.
/// </summary>
public static class TrustedRootDocument
{
    internal const string Name = "trusted_root.json";

    /// <param name="document">Another trusted root, such as <see cref="TrustedRoot.PublicSigstoreDocument"/>.</param>
    /// <param name="logKeys">All keys that ever signed entries. One without a beginning would count nowhere, and is refused.</param>
    public static byte[] With(string document, IReadOnlyCollection<LogKey> logKeys)
    {
        if (!TrustedRoot.TryParse(document, out _))
        {
            throw new ArgumentException("It is no trusted root.", nameof(document));
        }
        if (logKeys.Any(key => key.ValidFor.Start is null))
        {
            throw new ArgumentException("A log's key counts from some time on.", nameof(logKeys));
        }
        var root = JsonNode.Parse(document)!.AsObject();
        JsonNode?[] before = [.. root["tlogs"]?.AsArray() ?? []];
        root["tlogs"] = new JsonArray([.. before.Select(log => log?.DeepClone()), .. logKeys.Select(Log)]);
        return JsonFile.Write(root);
    }

    // Clients look for a checkpoint's key by its name in the address, so the two must agree.
    private static JsonObject Log(LogKey log) => new()
    {
        ["baseUrl"] = $"https://{log.Key.Name}",
        ["hashAlgorithm"] = "SHA2_256",
        ["publicKey"] = PublicKeyDocument.Write(log.Key.SubjectPublicKeyInfo, log.ValidFor, PublicKeyDocument.Seconds),
        ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(log.Key.LogId.Span) },
    };
}
