using System.Diagnostics.CodeAnalysis;

namespace Assay.Cli.Registry;

/// <summary>The address of a registry, ending in a slash: what stands under it is the registry's.</summary>
internal sealed record RegistryUrl
{
    private RegistryUrl(Uri value) => Value = value;

    public Uri Value { get; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out RegistryUrl? url)
    {
        url = Uri.TryCreate(text, UriKind.Absolute, out var parsed) && IsWeb(parsed)
            && parsed.UserInfo.Length == 0 && parsed.Query.Length == 0 && parsed.Fragment.Length == 0
                ? new RegistryUrl(new Uri(parsed.AbsoluteUri.TrimEnd('/') + "/"))
                : null;
        return url is not null;
    }

    public bool HasHostOf(Uri other) => Value.Scheme == other.Scheme && Value.Authority == other.Authority;

    /// <summary>Whether an address is this registry's, however its path's dots and escapes are written.</summary>
    public bool Contains(Uri other) => HasHostOf(other) && other.AbsolutePath.StartsWith(Value.AbsolutePath, StringComparison.Ordinal);

    public Uri At(string path) => new(Value, path);

    public override string ToString() => Value.AbsoluteUri;

    private static bool IsWeb(Uri url) => url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp;
}
