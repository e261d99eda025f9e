using System.Text;
using System.Text.Json.Nodes;
using Assay.Provenance.Tuf;

namespace Assay.Core.Tests.Provenance.Tuf;

/// <summary>The answers are those of the library that npm verifies with.</summary>
public sealed class OlpcJsonTests
{
    [Theory]
    [InlineData("""{ "b": 1, "a": [true, false, null, -5, 0] }""", """{"a":[true,false,null,-5,0],"b":1}""")]
    [InlineData("""{ "B": "", "a": {}, "_": [] }""", """{"B":"","_":[],"a":{}}""")]
    [InlineData("""{ "\uffff": 2, "\ud83d\ude00": 1 }""", "{\"\ud83d\ude00\":1,\"\uffff\":2}")]
    [InlineData("""{ "a\"b": "c\\d\ne" }""", "{\"a\\\"b\":\"c\\\\d\ne\"}")]
    [InlineData("""
        "\u00e4\u0001\/+<"
        """, "\"\u00e4\u0001/+<\"")]
    [InlineData("null", "null")]
    public void Is_the_bytes_that_are_signed(string json, string canonical) =>
        Assert.Equal(canonical, Encoding.UTF8.GetString(OlpcJson.Write(JsonNode.Parse(json))));

    [Theory]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("99999999999999999999")]
    public void Has_whole_numbers_only(string json) => Assert.Throws<ArgumentException>(() => OlpcJson.Write(JsonNode.Parse(json)));
}
