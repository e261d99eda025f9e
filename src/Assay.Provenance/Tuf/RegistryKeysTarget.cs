using System.Text.Json.Nodes;

namespace Assay.Provenance.Tuf;

/// <summary>
/// The target in which npm looks for a registry's keys before it asks the registry itself. npm takes the first key of an id for everything; the
/// two usages are there for clients that tell them apart.
/// </summary>
internal static class RegistryKeysTarget
{
    private static readonly string[] Usages = ["npm:signatures", "npm:attestations"];

    public static TargetFile Write(Uri registry, IEnumerable<RegistryKey> keys)
    {
        JsonNode[] entries = [.. keys.SelectMany(key => Usages.Select(usage => Entry(key, usage)))];
        return new TargetFile(NameFor(registry), JsonFile.Write(new JsonObject { ["keys"] = new JsonArray(entries) }));
    }

    /// <summary>The registry's URL as clients are set up with it, without its scheme and its last slash.</summary>
    private static string NameFor(Uri registry)
    {
        // IdnHost has no brackets around an address, which URLs have.
        var host = registry.HostNameType is UriHostNameType.IPv6 ? registry.Host : registry.IdnHost;
        var port = registry.IsDefaultPort ? "" : $":{registry.Port}";
        return $"{host}{port}{registry.AbsolutePath.TrimEnd('/')}/keys.json";
    }

    private static JsonObject Entry(RegistryKey key, string usage) => new()
    {
        ["keyId"] = key.Id,
        ["keyUsage"] = usage,
        ["publicKey"] = PublicKeyDocument.Write(key.SubjectPublicKeyInfo, key.ValidFor, PublicKeyDocument.Milliseconds),
    };
}
