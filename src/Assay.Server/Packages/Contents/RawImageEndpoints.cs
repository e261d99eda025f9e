using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>Pictures out of tarballs, for the readmes that show them. Nothing else of a tarball has an address under which a browser would take it for ours.</summary>
internal static class RawImageEndpoints
{
    public static void MapRawImages(this IEndpointRouteBuilder app) => app.MapGet("/-/packages/{package}/v/{version}/raw/{**path}", ImageAsync);

    /// <summary>The address of a file, below the registry's own.</summary>
    public static string AddressOf(PackageName name, string version, string path) =>
        $"-/packages/{name.Value}/v/{Uri.EscapeDataString(version)}/raw/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";

    private static async Task<IResult> ImageAsync(
        string package, string version, string? path, Caller caller, HttpContext context, Visitors visitors, BrowseVersion browse, TarballContentsReader contents,
        IOptions<PackagesOptions> options, CancellationToken cancellationToken)
    {
        // Scopes among the segments were put together before routing.
        var wanted = Uri.UnescapeDataString(path ?? "");
        if (RasterImage.TypeOf(wanted) is not { } type || !PackageName.TryParse(package, null, out var name))
        {
            return Nothing();
        }
        // Pages show them, and there a browser has its session alone.
        var reader = caller is Caller.Anonymous ? (await visitors.FindAsync(context, cancellationToken)).Caller : caller;
        var (found, _) = await browse.FindAsync(name, Uri.UnescapeDataString(version), reader, cancellationToken);
        if (found is null || !found.Listing.Files.TryGetValue(wanted, out var file) || file.Size > options.Value.LargestImage)
        {
            return Nothing();
        }
        var bytes = await contents.ReadAsync(found.Tarball.Key, file, options.Value.LargestImage, cancellationToken);
        return bytes is not null && RasterImage.Is(bytes, type) ? new ImageAnswer(bytes, type, file.Sha256, found.Package) : Nothing();
    }

    // One answer for all that is not shown, whatever the reason.
    private static JsonAnswer Nothing() => NpmError.NotFound("There is no image at this address.");

    private sealed class ImageAnswer(byte[] bytes, string type, string sha256, PackageSnapshot package) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var (response, etag) = (httpContext.Response, $"\"{sha256}\"");
            response.Headers.ETag = etag;
            response.Headers.CacheControl = package.CacheControl;
            response.Headers.Vary = "Authorization, Cookie";
            // Opened by itself, it is a document of this host, and may do nothing.
            response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
            response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
            if (Conditions.IsUnchanged(httpContext.Request, etag, modified: null))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
            response.ContentType = type;
            response.ContentLength = bytes.Length;
            return response.Body.WriteAsync(bytes, httpContext.RequestAborted).AsTask();
        }
    }
}
