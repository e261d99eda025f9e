using System.Collections.Frozen;
using Assay.Npm;
using Assay.Server.Packages;

namespace Assay.Server.Pages.Readmes;

/// <summary>Where an image is: shown from there, or only linked to; neither when it leads nowhere.</summary>
internal readonly record struct ImagePlace(string? Shown, string? Linked)
{
    /// <summary>Not from this registry: the browser is told not to say where it comes from.</summary>
    public bool IsElsewhere { get; init; }
}

/// <summary>Says where the links and images of one readme lead. Every address that comes out was put together here: none is an author's own spelling.</summary>
internal sealed class ReadmeLinks(string pathBase, PackageName package, string version, IReadOnlyDictionary<string, IndexedFile> files, SourceTree? source, IEnumerable<string> imageHosts)
{
    public const string Prefix = "readme-";

    private const int LongestId = 100;

    private readonly FrozenSet<string> hosts = imageHosts.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Null for what is no link to anywhere: its text stays.</summary>
    public string? Link(string? written)
    {
        var address = Clean(written);
        if (address.Length == 0)
        {
            return null;
        }
        return address[0] == '#' ? Id(address[1..]) is { } id ? $"#{id}" : null
            : IsAbsolute(ref address) ? Absolute(address)
            : Relative(address);
    }

    public ImagePlace Image(string? written)
    {
        var address = Clean(written);
        if (address.Length == 0 || address[0] == '#')
        {
            return default;
        }
        if (IsAbsolute(ref address))
        {
            var url = Absolute(address);
            return url is null || url.StartsWith("mailto:", StringComparison.Ordinal) ? default
                : Uri.TryCreate(url, UriKind.Absolute, out var there) && there is { Scheme: "https", IsDefaultPort: true } && hosts.Contains(there.IdnHost)
                    ? new ImagePlace(url, url) { IsElsewhere = true }
                    : new ImagePlace(null, url);
        }
        return PathInPackage(address) is { } path && files.ContainsKey(path) && RasterImage.TypeOf(path) is not null
            ? new ImagePlace($"{pathBase}/{RawImageEndpoints.AddressOf(package, version, path)}", null)
            : new ImagePlace(null, Relative(address));
    }

    /// <summary>An author's name for a place of the readme, so that it is none of ours; null when it is no name.</summary>
    public static string? Id(string? written)
    {
        var name = Unescaped(written ?? "").ToLowerInvariant();
        name = name.StartsWith("user-content-", StringComparison.Ordinal) ? name["user-content-".Length..] : name;
        return name.Length is > 0 and <= LongestId && name.All(character => char.IsLetterOrDigit(character) || character is '-' or '_' or ':' or '.') ? Prefix + name : null;
    }

    // As browsers do: no line breaks or tabs anywhere, and a backslash is a slash.
    private static string Clean(string? written) =>
        new string([.. (written ?? "").Where(character => !char.IsControl(character) && character != '\uFFFD')]).Trim().Replace('\\', '/');

    private static bool IsAbsolute(ref string address)
    {
        if (address.StartsWith("//", StringComparison.Ordinal))
        {
            address = "https:" + address;
            return true;
        }
        var end = address.AsSpan().IndexOfAny("/?#:");
        return end >= 0 && address[end] == ':';
    }

    private static string? Absolute(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https" or "mailto"
        // What stands before an at sign looks like the host, and is not.
        && (url.UserInfo.Length == 0 || url.Scheme == "mailto")
            ? url.AbsoluteUri
            : null;

    private string? Relative(string address)
    {
        var fragmentAt = address.IndexOf('#', StringComparison.Ordinal);
        var fragment = fragmentAt < 0 ? "" : "#" + Uri.EscapeDataString(Unescaped(address[(fragmentAt + 1)..]));
        return source?.AddressOf(PathOf(address)) is { } page ? page + fragment : null;
    }

    // The package's own folder is the top of its tarball; its readme lies there.
    private static string? PathInPackage(string address)
    {
        List<string> segments = [];
        foreach (var segment in PathOf(address).Split('/').Where(segment => segment is not ("" or ".")))
        {
            if (segment != "..")
            {
                segments.Add(segment);
            }
            else if (segments.Count == 0)
            {
                return null;
            }
            else
            {
                segments.RemoveAt(segments.Count - 1);
            }
        }
        return string.Join('/', segments);
    }

    private static string PathOf(string address)
    {
        var end = address.AsSpan().IndexOfAny('?', '#');
        return Unescaped(end < 0 ? address : address[..end]);
    }

    private static string Unescaped(string text) => text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;
}
