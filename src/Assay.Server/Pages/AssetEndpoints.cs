namespace Assay.Server.Pages;

/// <summary>The one script of the pages: browsers give passkeys to scripts alone.</summary>
internal static class AssetEndpoints
{
    public const string PasskeyScript = "-/assets/passkeys.js";

    private static readonly byte[] Passkeys = Read("Assay.Server.passkeys.js");

    public static void MapAssets(this IEndpointRouteBuilder app) => app.MapGet($"/{PasskeyScript}", (HttpContext context) =>
    {
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(Passkeys, "text/javascript; charset=utf-8");
    });

    private static byte[] Read(string name)
    {
        using var stream = typeof(AssetEndpoints).Assembly.GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
