using System.Text.Json.Serialization;

namespace Assay.Trust.Providers;

/// <summary>A value a binding may set, such as the web address that links are built on.</summary>
public sealed record ConstantDefinition
{
    /// <summary>Null when every binding must say it.</summary>
    public string? Default { get; init; }

    public required ConstantType Type { get; init; }

    /// <summary>For an issuer of the operator's own, its address stands in where the binding says nothing.</summary>
    public bool FromIssuer { get; init; }

    [JsonIgnore]
    public string Expectation => Type switch
    {
        ConstantType.Url => "an http(s) address without a trailing slash, such as https://git.example.com",
        ConstantType.Host => "a host with an optional port and path, such as git.example.com:8443",
        _ => "a name of lower-case letters, digits, dots, dashes and underscores, such as corp.example",
    };

    /// <summary>An address becomes links on pages, so nothing but http and https may pass.</summary>
    public bool Accepts(string value) =>
        value.Length is > 0 and <= 200
        && !value.EndsWith('/')
        && Type switch
        {
            ConstantType.Url => IsAddress(value) && Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http",
            ConstantType.Host => IsAddress(value) && !value.Contains("//", StringComparison.Ordinal),
            _ => value.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '.' or '-' or '_'),
        };

    private static bool IsAddress(string value) =>
        value.All(character => char.IsAsciiLetterOrDigit(character) || "-._~:/[]".Contains(character, StringComparison.Ordinal));
}

[JsonConverter(typeof(JsonStringEnumConverter<ConstantType>))]
public enum ConstantType
{
    [JsonStringEnumMemberName("url")]
    Url,

    [JsonStringEnumMemberName("host")]
    Host,

    [JsonStringEnumMemberName("domain")]
    Domain,
}
