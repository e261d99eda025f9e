using Assay.Server.Answers;

namespace Assay.Server.Packages;

/// <summary>A tarball's bytes as they were published, never encoded again, and never changing.</summary>
internal sealed class TarballAnswer(StoredTarball tarball, TarballBytes bytes, bool isPublic) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        if (Conditions.IsUnchanged(request, tarball.ETag, modified: null))
        {
            MakeCacheable(response);
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        if (HttpMethods.IsHead(request.Method))
        {
            Describe(response);
            return;
        }
        if (await bytes.RememberedAsync(tarball, httpContext.RequestAborted) is { } remembered)
        {
            Describe(response);
            await response.BodyWriter.WriteAsync(remembered, httpContext.RequestAborted);
            Count(request);
            return;
        }
        await using var stream = await bytes.OpenAsync(tarball, httpContext.RequestAborted);
        if (stream is null)
        {
            await Missing().ExecuteAsync(httpContext);
            return;
        }
        Describe(response);
        await stream.CopyToAsync(response.Body, httpContext.RequestAborted);
        Count(request);
    }

    // Whoever asks for a part asks again, and is no new download each time.
    private void Count(HttpRequest request)
    {
        if (tarball.VersionId > 0 && request.Headers.Range.Count == 0)
        {
            bytes.Served(tarball);
        }
    }

    // Only once the bytes are there: an error must not be kept for a year.
    private void Describe(HttpResponse response)
    {
        MakeCacheable(response);
        response.ContentType = "application/octet-stream";
        response.ContentLength = tarball.Size;
    }

    private void MakeCacheable(HttpResponse response)
    {
        response.Headers.ETag = tarball.ETag;
        response.Headers.CacheControl = isPublic ? "public, max-age=31536000, immutable" : "private, max-age=31536000, immutable";
        response.Headers.Vary = "Authorization";
    }

    private static JsonAnswer Missing() => NpmError.With(StatusCodes.Status503ServiceUnavailable, "bytes-missing",
        "The registry knows this version but its bytes are missing from the store. Tell its operator.");
}
