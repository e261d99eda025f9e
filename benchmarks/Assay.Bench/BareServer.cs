using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Bench;

/// <summary>
/// The yardstick: Kestrel with nothing around it. It sends given bytes, verifies the signature of a token and stores nothing, and writes and
/// flushes a body without looking at it.
/// </summary>
internal static class BareServer
{
    public static async Task<WebApplication> StartAsync(int port, byte[] packument, byte[] tarball, string jwks, string folder)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        var keys = new JsonWebKeySet(jwks).Keys.ToDictionary(key => key.Kid);
        var handler = new JsonWebTokenHandler();
        app.Run(context => context.Request.Path.Value switch
        {
            "/packument" => SendAsync(context, packument, "gzip"),
            "/tarball" => SendAsync(context, tarball, null),
            "/exchange" => VerifyAsync(context, handler, keys),
            _ => StoreAsync(context, folder),
        });
        await app.StartAsync();
        return app;
    }

    private static async Task SendAsync(HttpContext context, byte[] bytes, string? encoding)
    {
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = bytes.Length;
        if (encoding is not null)
        {
            context.Response.Headers.ContentEncoding = encoding;
        }
        await context.Response.BodyWriter.WriteAsync(bytes);
    }

    private static async Task VerifyAsync(HttpContext context, JsonWebTokenHandler handler, Dictionary<string, JsonWebKey> keys)
    {
        var token = context.Request.Headers.Authorization.ToString()["Bearer ".Length..];
        var result = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidateAudience = false,
            ValidateIssuer = false,
            ValidateLifetime = false,
            IssuerSigningKeyResolver = (_, _, kid, _) => [keys[kid]],
        });
        context.Response.StatusCode = result.IsValid ? StatusCodes.Status201Created : StatusCodes.Status401Unauthorized;
        context.Response.ContentLength = 0;
    }

    private static async Task StoreAsync(HttpContext context, string folder)
    {
        await using (var file = new FileStream(Path.Combine(folder, RandomNumberGenerator.GetHexString(32)), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0))
        {
            await context.Request.Body.CopyToAsync(file);
            file.Flush(flushToDisk: true);
        }
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.ContentLength = 0;
    }
}
