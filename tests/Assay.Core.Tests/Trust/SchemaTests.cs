using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Assay.Trust.Tokens;

namespace Assay.Core.Tests.Trust;

/// <summary>The schema for authors' editors says the same as the code that judges.</summary>
public sealed class SchemaTests
{
    private static readonly JsonElement Root = JsonDocument.Parse(ProviderDefinition.OpenSchema()).RootElement;
    private static readonly JsonSchema Schema = new(Root);

    public static TheoryData<string> Shipped() => [.. ProviderCatalog.Shipped.Ids];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Each_shipped_definition_fits_the_schema(string id) => Assert.True(Schema.Accepts(Definitions.Read(id)));

    [Fact]
    public void A_definition_with_the_schemas_address_loads_and_fits()
    {
        var json = Definitions.Json("github");
        json["$schema"] = "definition.schema.json";

        Assert.True(Schema.Accepts(Definitions.Element(json)));
        Assert.True(ProviderDefinition.TryRead(Definitions.Bytes(json), out _, out _));
    }

    [Theory]
    [MemberData(nameof(DefinitionTests.MisshapenMembers), MemberType = typeof(DefinitionTests))]
    public void A_misshapen_definition_does_not_fit_the_schema(string member, string value)
    {
        var json = Definitions.Json("github");
        json[member] = JsonNode.Parse(value);

        Assert.False(Schema.Accepts(Definitions.Element(json)));
    }

    [Fact]
    public void Schema_and_code_name_the_same_members() => Assert.Empty(Differences(typeof(ProviderDefinition), [Root], "$"));

    [Theory]
    [InlineData("field", "with")]
    [InlineData("field", "format")]
    [InlineData("claim", "format")]
    [InlineData("derive", "use")]
    public void Schema_and_code_know_the_same_built_in_names(string definition, string member)
    {
        var known = member switch { "with" => Matcher.Names, "use" => Extractors.Names, _ => ValueFormats.Names };
        var listed = Root.GetProperty("$defs").GetProperty(definition).GetProperty("properties").GetProperty(member).GetProperty("enum");

        Assert.Equal(known.Order(), listed.EnumerateArray().Select(item => item.GetString()!).Order());
    }

    [Fact]
    public void Schema_and_code_know_the_same_consistency_rules()
    {
        var known = typeof(ConsistencyRule).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(known.Order(), Values(Members([Root.GetProperty("$defs").GetProperty("consistency")])["rule"]).Order());
    }

    private static IEnumerable<string> Differences(Type type, IReadOnlyList<JsonElement> schemas, string path)
    {
        if (type.IsEnum)
        {
            var names = type.GetFields().Select(field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name).OfType<string>();
            return names.ToHashSet().SetEquals(Values(schemas)) ? [] : [$"{path}: other values"];
        }
        if (type.IsGenericType && type.Name.StartsWith("IReadOnlyList", StringComparison.Ordinal))
        {
            return Differences(type.GetGenericArguments()[0], [.. Flat(schemas).Select(schema => schema.GetProperty("items"))], path + "[]");
        }
        if (type.IsGenericType && type.Name.StartsWith("IReadOnlyDictionary", StringComparison.Ordinal))
        {
            return path == "$.run.facts"
                ? RunShape.KnownFacts.SetEquals(Members(schemas).Keys) ? [] : [$"{path}: other facts"]
                : Differences(type.GetGenericArguments()[1], [.. Flat(schemas).Select(schema => schema.GetProperty("additionalProperties"))], path + ".*");
        }
        return type.Namespace == typeof(ProviderDefinition).Namespace && type != typeof(ValueReference) ? Members(type, schemas, path) : [];
    }

    private static List<string> Members(Type type, IReadOnlyList<JsonElement> schemas, string path)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
            .ToDictionary(property => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name));
        var members = Members(schemas);
        List<string> differences = [.. properties.Keys.Except(members.Keys).Select(name => $"{path}.{name}: not in the schema")];
        differences.AddRange(members.Keys.Except(properties.Keys).Select(name => $"{path}.{name}: not in the code"));
        foreach (var (name, property) in properties.Where(property => members.ContainsKey(property.Key)))
        {
            var isRequired = property.GetCustomAttributes().Any(attribute => attribute.GetType().Name == "RequiredMemberAttribute");
            if (isRequired != Shapes(schemas).All(schema => Requires(schema, name)))
            {
                differences.Add($"{path}.{name}: required in one and not in the other");
            }
            differences.AddRange(Differences(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, members[name], $"{path}.{name}"));
        }
        return differences;
    }

    private static bool Requires(JsonElement schema, string name) =>
        schema.GetProperty("required").EnumerateArray().Any(item => item.GetString() == name);

    /// <summary>The alternatives that say which members there are.</summary>
    private static IEnumerable<JsonElement> Shapes(IReadOnlyList<JsonElement> schemas) =>
        Flat(schemas).Where(schema => schema.TryGetProperty("properties", out _));

    private static Dictionary<string, List<JsonElement>> Members(IReadOnlyList<JsonElement> schemas) => Shapes(schemas)
        .SelectMany(schema => schema.GetProperty("properties").EnumerateObject())
        .GroupBy(member => member.Name)
        .ToDictionary(group => group.Key, group => group.Select(member => member.Value).ToList());

    private static IEnumerable<string> Values(IReadOnlyList<JsonElement> schemas) => Flat(schemas)
        .SelectMany(schema => schema.TryGetProperty("enum", out var values) ? [.. values.EnumerateArray()]
            : schema.TryGetProperty("const", out var value) ? new[] { value } : [])
        .Select(value => value.GetString()!);

    /// <summary>The schemas themselves, with references followed and alternatives laid out.</summary>
    private static IEnumerable<JsonElement> Flat(IReadOnlyList<JsonElement> schemas) => schemas.SelectMany(schema =>
        schema.TryGetProperty("$ref", out var reference) ? Flat([Schema.Resolve(reference.GetString()!)])
        : schema.TryGetProperty("oneOf", out var alternatives) ? [schema, .. Flat([.. alternatives.EnumerateArray()])]
        : [schema]);
}
