using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.Core.Tests.Cli;

/// <summary>A registry whose versions another one passes on: a key and what it has signed.</summary>
internal sealed class OtherRegistry : IDisposable
{
    public const string Url = "https://npm.partner.example/";
    public const string KeyId = "SHA256:partner";

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>What it answers itself to whoever asks for its keys.</summary>
    public string Answer => new JsonObject { ["keys"] = new JsonArray(KeyOf(Key, KeyId, registry: null)) }.ToJsonString();

    public static JsonObject KeyOf(ECDsa key, string id, string? registry) => KeyOf(Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()), id, registry);

    public static JsonObject KeyOf(string key, string id, string? registry)
    {
        var json = new JsonObject { ["expires"] = null, ["keyid"] = id, ["keytype"] = "ecdsa-sha2-nistp256", ["scheme"] = "ecdsa-sha2-nistp256", ["key"] = key };
        if (registry is not null)
        {
            json["registry"] = registry;
        }
        return json;
    }

    /// <summary>As an honest registry passes a version on: with its signature, and the key listed as this one's.</summary>
    public void PassedOnBy(TestRegistry registry, string name, string version)
    {
        if (!registry.OtherKeys.Any(key => (string?)key!["keyid"] == KeyId))
        {
            registry.OtherKeys.Add(KeyOf(Key, KeyId, Url));
        }
        registry.Show(name, version, TestRegistry.IntegrityOf($"{name}@{version}"), KeyId, Sign(name, version, $"{name}@{version}"));
    }

    public byte[] Sign(string name, string version, string bytes) => Key.SignData(
        Encoding.UTF8.GetBytes($"{name}@{version}:{TestRegistry.IntegrityOf(bytes)}"), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => Key.Dispose();
}
