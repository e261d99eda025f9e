namespace Assay.Server.Answers;

/// <summary>Bytes made for this request.</summary>
internal sealed class BytesAnswer(ReadOnlyMemory<byte> bytes, string contentType, string cacheControl) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = cacheControl;
        response.Headers.Vary = "Authorization";
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            await response.BodyWriter.WriteAsync(bytes, httpContext.RequestAborted);
        }
    }
}
