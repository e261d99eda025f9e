using System.IO.Compression;
using Assay.Server.Answers;
using Microsoft.Extensions.Options;

namespace Assay.Server.Attestations;

/// <summary>
/// What npm is given to verify this registry's attestations: the repository that its trusted root is updated from, and what operators put into their
/// images. For everybody: it holds public keys, and npm sends no credential for it.
/// </summary>
internal static class PrivateRootEndpoints
{
    private const string Json = "application/json";
    private const string SetUp = "private-trust-root.md";

    public static void MapPrivateRoot(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/assay/v1/tuf/{**path}", FileAsync);
        app.MapGet("/-/assay/v1/private-root.zip", DownloadAsync);
    }

    private static async Task<IResult> FileAsync(string path, PrivateRoots roots, IOptions<AttestationsOptions> options, CancellationToken cancellationToken)
    {
        if (options.Value.Mode != AttestationMode.PrivateRoot)
        {
            return None();
        }
        return await roots.ReadAsync(path, cancellationToken) is { } bytes
            ? new BytesAnswer(bytes, Json, "no-cache")
            : NpmError.NotFound("The trusted root has no such file.", "no-such-file");
    }

    private static async Task<IResult> DownloadAsync(PrivateRoots roots, PublicUrl url, IOptions<AttestationsOptions> options, CancellationToken cancellationToken)
    {
        if (options.Value.Mode != AttestationMode.PrivateRoot)
        {
            return None();
        }
        var root = await roots.ReadAsync("root.json", cancellationToken) ?? throw new InvalidOperationException("The trusted root was not issued.");
        using var buffer = new MemoryStream();
        await using (var archive = await ZipArchive.CreateAsync(buffer, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken))
        {
            await AddAsync(archive, "root.json", root, cancellationToken);
            await AddAsync(archive, "trusted_root.json", System.Text.Encoding.UTF8.GetBytes(await roots.TrustedRootAsync(cancellationToken)), cancellationToken);
            await AddAsync(archive, "README.md", await SetUpAsync(url, cancellationToken), cancellationToken);
        }
        return new BytesAnswer(buffer.ToArray(), "application/zip", "no-cache");
    }

    private static async Task AddAsync(ZipArchive archive, string name, byte[] bytes, CancellationToken cancellationToken)
    {
        await using var entry = await archive.CreateEntry(name).OpenAsync(cancellationToken);
        await entry.WriteAsync(bytes, cancellationToken);
    }

    private static async Task<byte[]> SetUpAsync(PublicUrl url, CancellationToken cancellationToken)
    {
        await using var text = typeof(PrivateRootEndpoints).Assembly.GetManifestResourceStream(SetUp)!;
        using var reader = new StreamReader(text);
        var filled = (await reader.ReadToEndAsync(cancellationToken))
            .Replace("https://REGISTRY/", url.Base.AbsoluteUri, StringComparison.Ordinal)
            .Replace("REGISTRY", url.Base.Authority + url.PathBase, StringComparison.Ordinal);
        return System.Text.Encoding.UTF8.GetBytes(filled);
    }

    private static JsonAnswer None() =>
        NpmError.NotFound("This registry has no trusted root of its own: Assay:Attestations:Mode is not PrivateRoot.", "no-private-root");
}
