using System.Text.Json.Serialization;

namespace Assay.Trust.Providers;

/// <summary>A value a binding may set, such as the web address that links are built on.</summary>
public sealed record ConstantDefinition
{
    public required string Default { get; init; }

    public required ConstantType Type { get; init; }

    [JsonIgnore]
    public string Expectation => Type is ConstantType.Url
        ? "an http(s) address without a trailing slash, such as https://git.example.com"
        : "a host with an optional port and path, such as git.example.com:8443";

    /// <summary>An address becomes links on pages, so nothing but http and https may pass.</summary>
    public bool Accepts(string value) =>
        value.Length is > 0 and <= 200
        && !value.EndsWith('/')
        && value.All(character => char.IsAsciiLetterOrDigit(character) || "-._~:/[]".Contains(character, StringComparison.Ordinal))
        && (Type is ConstantType.Url
            ? Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            : !value.Contains("//", StringComparison.Ordinal));
}

[JsonConverter(typeof(JsonStringEnumConverter<ConstantType>))]
public enum ConstantType
{
    [JsonStringEnumMemberName("url")]
    Url,

    [JsonStringEnumMemberName("host")]
    Host,
}
