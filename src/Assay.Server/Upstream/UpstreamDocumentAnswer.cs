using System.Globalization;
using Assay.Server.Packages;
using Assay.Server.Upstream.Cache;

namespace Assay.Server.Upstream;

/// <summary>A document from the cache, with its age (RFC 9111, section 5.1) and how it came (RFC 9211).</summary>
internal sealed class UpstreamDocumentAnswer(UpstreamSnapshot snapshot, bool isAbbreviated, DateTimeOffset now) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.Age = Seconds(now - snapshot.Document.ValidatedAt);
        headers["Cache-Status"] = snapshot.Document.StaleBecause is null
            ? $"Assay; hit; ttl={Seconds(snapshot.Document.CurrentUntil - now)}"
            : "Assay; hit; detail=stale";
        return new DocumentAnswer(snapshot, isAbbreviated).ExecuteAsync(httpContext);
    }

    private static string Seconds(TimeSpan span) => Math.Max(0, (long)span.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
