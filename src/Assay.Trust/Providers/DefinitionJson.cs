using System.Text.Json.Serialization;

namespace Assay.Trust.Providers;

/// <remarks>Generated readers hand null to every <c>init</c> member that the JSON lacks, so defaults live in the getters.</remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ProviderDefinition))]
internal sealed partial class DefinitionJson : JsonSerializerContext;
