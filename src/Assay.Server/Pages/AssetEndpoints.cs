using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Assay.Server.Pages;

/// <summary>The files that pages use, part of the program. Each has its hash in its address, so that browsers keep it and never have an old one.</summary>
internal static class Assets
{
    private static readonly FrozenDictionary<string, Asset> All = new[]
    {
        Read("pages.css", "text/css; charset=utf-8"),
        Read("pages.js", "text/javascript; charset=utf-8"),
        Read("icon.svg", "image/svg+xml"),
    }.ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);

    /// <summary>Addresses below the registry.</summary>
    public static string Style { get; } = AddressOf("pages.css");

    public static string Script { get; } = AddressOf("pages.js");

    public static string Icon { get; } = AddressOf("icon.svg");

    public static Asset? Find(string name) => All.GetValueOrDefault(name);

    private static string AddressOf(string name) => $"-/assets/{name}?v={All[name].Version}";

    private static Asset Read(string name, string contentType)
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream($"Assay.Server.{name}")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return new Asset(name, contentType, bytes.ToArray(), Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()).AsSpan(0, 6)));
    }
}

/// <summary>One file.</summary>
internal sealed record Asset(string Name, string ContentType, byte[] Bytes, string Version);

internal static class AssetEndpoints
{
    public static void MapAssets(this IEndpointRouteBuilder app) => app.MapGet("/-/assets/{name}", (string name, string? v, HttpContext context) =>
    {
        if (Assets.Find(name) is not { } asset)
        {
            return Results.NotFound();
        }
        context.Response.Headers.CacheControl = v == asset.Version ? "public, max-age=31536000, immutable" : "no-cache";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return Results.Bytes(asset.Bytes, asset.ContentType);
    });
}
