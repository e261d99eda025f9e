using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Trust.Providers;

namespace Assay.Core.Tests.Trust;

/// <summary>The shipped definition files as JSON, for a test to change one thing.</summary>
internal static class Definitions
{
    public static JsonObject Json(string provider)
    {
        using var stream = typeof(ProviderCatalog).Assembly.GetManifestResourceStream($"Assay.Trust.Providers.Definitions.{provider}.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }

    public static JsonElement Read(string provider) => Element(Json(provider));

    public static JsonElement Element(JsonObject json) => JsonElement.Parse(Bytes(json));

    public static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
