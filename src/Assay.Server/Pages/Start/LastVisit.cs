using System.Globalization;
using Assay.Server.Answers;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>
/// When this browser was at the start before, so that what came since can be marked. Only the browser keeps it: the end of the visit before and the latest
/// moment of this one, <c>BEFORE-LATEST</c> in milliseconds since 1970. Whoever forges it changes what is marked for themselves.
/// </summary>
internal sealed class LastVisit(PublicUrl url, IOptions<PagesOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    private readonly OwnCookie cookie = new(url, "assay-visit");

    /// <summary>The end of the visit before this one, or null in a browser's first; remembers that the browser is here now.</summary>
    public DateTimeOffset? Renew(HttpContext context)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var (before, latest) = Read(cookie.Read(context), now);
        var isAnother = latest is { } there && now - there > options.Value.VisitMinutes * 60_000L;
        var since = isAnother ? latest : before;
        cookie.Write(context, string.Create(CultureInfo.InvariantCulture, $"{since ?? 0}-{now}"), Kept);
        return since is { } moment ? DateTimeOffset.FromUnixTimeMilliseconds(moment) : null;
    }

    private static (long? Before, long? Latest) Read(string? text, long now) =>
        text?.Split('-') is [var first, var second] && Moment(first, now) is { } before && Moment(second, now) is { } latest
            ? (before == 0 ? null : before, latest)
            : (null, null);

    private static long? Moment(string text, long now) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var moment) && moment <= now ? moment : null;
}
