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

    // No route has it: what is not an address leads to the answer for those.
    private const string Nowhere = "/-";

    public static void Canonicalise(HttpContext context)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = WithoutAuthority(raw);
        var query = path.IndexOf('?');
        if (query >= 0)
        {
            path = path[..query];
        }
        // In absolute form the server has decoded the slash of a name as well.
        if (raw is not ['/', ..] || !IsCanonical(path))
        {
            context.Request.Path = Canonical(path);
        }
    }

    /// <summary>Nothing to decode but the one slash of a name, in its own segment: what npm and pnpm send for every package.</summary>
    private static bool IsCanonical(ReadOnlySpan<char> path)
    {
        var scope = path.IndexOf('@');
        var encoded = path.IndexOf('%');
        if (scope < 0)
        {
            return encoded < 0;
        }
        var slash = path[scope..].IndexOf('/');
        var segment = slash < 0 ? path[scope..] : path.Slice(scope, slash);
        return scope > 0 && path[scope - 1] == '/'
            && segment.IndexOf("%2f", StringComparison.OrdinalIgnoreCase) == encoded - scope
            && path[(encoded + 1)..].IndexOfAny('%', '@') < 0;
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

    /// <summary>
    /// The path with each scoped name as one segment; a page about a scope has none in it. Nothing here has a percent sign in its name: where one is left, the target was
    /// encoded twice or wrongly, and routing would decode it once more.
    /// </summary>
    internal static string Canonical(ReadOnlySpan<char> path)
    {
        if (path.Length is 0 or > LongestTarget || path[0] != '/')
        {
            return Nowhere;
        }
        var segments = path[1..].ToString().Split('/');
        var canonical = new StringBuilder(path.Length + 4);
        for (var at = 0; at < segments.Length; at++)
        {
            var segment = Decode(segments[at]);
            if (IsBareScope(segment) && at + 1 < segments.Length && !(at == 2 && segments is ["-", "scopes", ..]))
            {
                segment = $"{segment}/{Decode(segments[++at])}";
            }
            if (segment.Contains('%', StringComparison.Ordinal))
            {
                return Nowhere;
            }
            canonical.Append('/').Append(segment.Replace("/", "%2F", StringComparison.Ordinal));
        }
        return canonical.ToString();
    }

    private static bool IsBareScope(string segment) => segment.Length > 1 && segment[0] == '@' && !segment.Contains('/', StringComparison.Ordinal);

    private static string Decode(string segment) => segment.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(segment) : segment;
}
