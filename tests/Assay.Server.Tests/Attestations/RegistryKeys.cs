using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Provenance.Keys;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Attestations;

/// <summary>Verifies versions as clients do: with the keys that the registry shows, and nothing else.</summary>
internal static class RegistryKeys
{
    public static async Task<JsonArray> KeysAsync(this RegistryApp app) =>
        (await (await app.GetAsync("/-/npm/v1/keys")).ShouldBeAsync(HttpStatusCode.OK))["keys"]!.AsArray();

    /// <summary>The id of the key that signed the version.</summary>
    public static async Task<string> VerifiedAsync(this RegistryApp app, JsonNode version)
    {
        var dist = version["dist"]!;
        var signature = Assert.Single(dist["signatures"]!.AsArray())!;
        var id = (string)signature["keyid"]!;
        var shown = Assert.Single(await app.KeysAsync(), key => (string?)key!["keyid"] == id)!;
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String((string)shown["key"]!), out _);
        Assert.Equal(id, KeyId.Of(key));
        Assert.True(PackageName.TryParse((string)version["name"]!, out var name));
        Assert.True(Integrity.TryParse((string)dist["integrity"]!, out var integrity));
        Assert.True(VersionSignature.IsValid(key, Convert.FromBase64String((string)signature["sig"]!), name, (string)version["version"]!, integrity));
        return id;
    }
}
