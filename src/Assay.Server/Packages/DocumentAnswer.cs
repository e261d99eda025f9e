using Microsoft.Extensions.Primitives;

namespace Assay.Server.Packages;

/// <summary>A prepared document: 304 when the client has it, else the bytes in the encoding it takes.</summary>
internal sealed class DocumentAnswer(ServedPackage package, bool isAbbreviated) : IResult
{
    private const string AbbreviatedType = "application/vnd.npm.install-v1+json";

    /// <summary>Clients that name the abbreviated form want it; all others, and all oddities, get the full one. Never 406.</summary>
    public static bool WantsAbbreviated(HttpRequest request) =>
        request.Headers.Accept is [{ } accept, ..] && accept.Contains(AbbreviatedType, StringComparison.OrdinalIgnoreCase);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        var body = (isAbbreviated ? package.Abbreviated : package.Full).In(Encodings.Choose(request.Headers.AcceptEncoding));
        var headers = response.Headers;
        headers.ETag = body.ETag;
        headers.LastModified = package.LastModified;
        headers.CacheControl = package.CacheControl;
        headers.Vary = "Accept, Accept-Encoding, Authorization";
        if (Conditions.IsUnchanged(request, body.ETag, package.ShownSince))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = isAbbreviated ? AbbreviatedType : "application/json";
        response.ContentLength = body.Bytes.Length;
        if (body.ContentEncoding is not null)
        {
            headers.ContentEncoding = body.ContentEncoding;
        }
        if (!HttpMethods.IsHead(request.Method))
        {
            await response.BodyWriter.WriteAsync(body.Bytes, httpContext.RequestAborted);
        }
    }

    private static class Encodings
    {
        public static BodyEncoding Choose(StringValues header)
        {
            var accepted = header.ToString().AsSpan();
            if (Accepts(accepted, "br"))
            {
                return BodyEncoding.Brotli;
            }
            return Accepts(accepted, "gzip") ? BodyEncoding.Gzip : BodyEncoding.Identity;
        }

        private static bool Accepts(ReadOnlySpan<char> header, ReadOnlySpan<char> coding)
        {
            foreach (var range in header.Split(','))
            {
                var item = header[range].Trim();
                var parameters = item.IndexOf(';');
                var name = parameters < 0 ? item : item[..parameters].TrimEnd();
                if (name.Equals(coding, StringComparison.OrdinalIgnoreCase))
                {
                    return parameters < 0 || !IsZeroQuality(item[(parameters + 1)..]);
                }
            }
            return false;
        }

        private static bool IsZeroQuality(ReadOnlySpan<char> parameters) =>
            parameters.Trim().StartsWith("q=0", StringComparison.OrdinalIgnoreCase) && parameters.IndexOfAnyInRange('1', '9') < 0;
    }
}
