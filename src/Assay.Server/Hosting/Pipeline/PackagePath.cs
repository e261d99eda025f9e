using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Assay.Server.Hosting.Pipeline;

/// <summary>
/// Rewrites the raw request target so that a scoped package name is always the one segment <c>@scope%2Fname</c>. Clients send four
/// spellings, and the server would decode %40 but not %2f, so routing looks at what was really sent.
/// </summary>
internal static class PackagePath
{
    private const int LongestTarget = 8 * 1024;

    public static void Canonicalise(HttpContext context)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = WithoutAuthority(raw);
        var query = path.IndexOf('?');
        if (query >= 0)
        {
            path = path[..query];
        }
        if (path.Contains('@') || path.Contains('%'))
        {
            context.Request.Path = Canonical(path);
        }
    }

    // A proxy may send the absolute form, `GET http://host/path` (RFC 9112 section 3.2.2).
    private static ReadOnlySpan<char> WithoutAuthority(ReadOnlySpan<char> target)
    {
        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (target is ['/', ..] || scheme < 0)
        {
            return target;
        }
        var rest = target[(scheme + 3)..];
        var path = rest.IndexOf('/');
        return path < 0 ? "/" : rest[path..];
    }

    /// <summary>The path with each scoped name as one segment; empty when it is too long or not a path.</summary>
    internal static string Canonical(ReadOnlySpan<char> path)
    {
        if (path.Length is 0 or > LongestTarget || path[0] != '/')
        {
            return "/";
        }
        var segments = path[1..].ToString().Split('/');
        var canonical = new StringBuilder(path.Length + 4);
        for (var at = 0; at < segments.Length; at++)
        {
            var segment = Decode(segments[at]);
            if (IsBareScope(segment) && at + 1 < segments.Length)
            {
                segment = $"{segment}/{Decode(segments[++at])}";
            }
            // The path is decoded once more when it is set, all but the slash: a plain percent sign must not come out as the start of one.
            canonical.Append('/').Append(segment.Replace("%", "%2525", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal));
        }
        return canonical.ToString();
    }

    private static bool IsBareScope(string segment) => segment.Length > 1 && segment[0] == '@' && !segment.Contains('/', StringComparison.Ordinal);

    private static string Decode(string segment) => segment.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(segment) : segment;
}
