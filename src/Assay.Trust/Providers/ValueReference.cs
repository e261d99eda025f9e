using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assay.Trust.Providers;

/// <summary>Where a value comes from. Each source is its own namespace, so that no claim can pose as a constant.</summary>
[JsonConverter(typeof(ValueReferenceConverter))]
public readonly record struct ValueReference(ValueSource Source, string Name)
{
    public static bool TryParse(string text, out ValueReference reference)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        ValueSource? source = dot < 0 ? null : text[..dot] switch
        {
            "claim" => ValueSource.Claim,
            "derived" => ValueSource.Derived,
            "const" => ValueSource.Constant,
            _ => null,
        };
        reference = source is { } known ? new ValueReference(known, text[(dot + 1)..]) : default;
        return source is not null;
    }

    public override string ToString() => Source switch
    {
        ValueSource.Claim => $"claim.{Name}",
        ValueSource.Derived => $"derived.{Name}",
        _ => $"const.{Name}",
    };
}

public enum ValueSource
{
    Claim,
    Derived,
    Constant,
}

internal sealed class ValueReferenceConverter : JsonConverter<ValueReference>
{
    public override ValueReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && ValueReference.TryParse(reader.GetString()!, out var reference)
            ? reference
            : throw new JsonException("A reference is 'claim.<name>', 'derived.<name>' or 'const.<name>'.");

    public override void Write(Utf8JsonWriter writer, ValueReference value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
