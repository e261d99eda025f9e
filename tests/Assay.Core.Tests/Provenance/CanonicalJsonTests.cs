using System.Text;
using System.Text.Json.Nodes;
using Assay.Provenance;

namespace Assay.Core.Tests.Provenance;

/// <summary>One spelling for one meaning (RFC 8785).</summary>
public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b" : 1, "a" : [ true , false , null , -7 ] }""", """{"a":[true,false,null,-7],"b":1}""")]
    [InlineData("{}", "{}")]
    [InlineData("[]", "[]")]
    [InlineData(""""{"\u20ac":"Euro Sign","\r":"Carriage Return","\ud83d\ude00":"Smiley","1":"One","\u00f6":"o"}"""", "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u00f6\":\"o\",\"\u20ac\":\"Euro Sign\",\"\U0001F600\":\"Smiley\"}")]
    [InlineData(""""{"x":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"}"""", "{\"x\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}")]
    [InlineData("""["\b\f\t<>&\u2028\u007f"]""", "[\"\\b\\f\\t<>&\u2028\u007f\"]")]
    public void Members_are_sorted_and_only_what_must_be_is_escaped(string json, string canonical) =>
        Assert.Equal(canonical, Encoding.UTF8.GetString(CanonicalJson.Write(JsonNode.Parse(json)!)));

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character() =>
        Assert.Equal("\"a\uFFFDb\"", Encoding.UTF8.GetString(CanonicalJson.Write(JsonValue.Create("a\ud83db"))));

    [Fact]
    public void A_number_that_is_not_whole_is_not_written() =>
        Assert.Throws<NotSupportedException>(() => CanonicalJson.Write(JsonNode.Parse("1.5")!));
}
