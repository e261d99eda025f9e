using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Hosting;

/// <summary>Section <c>Assay</c>, what concerns the whole server.</summary>
internal sealed class ServerOptions
{
    public const string Section = "Assay";

    /// <summary>
    /// Where clients reach this registry, e.g. <c>https://npm.acme.example/</c>; may have a path. It decides every outward URL and
    /// the audience of identity tokens. Default: the first address the server listens on.
    /// </summary>
    public string? PublicUrl { get; set; }

    /// <summary>Addresses or ranges of reverse proxies whose X-Forwarded-For is believed. Default: none.</summary>
    public List<string> TrustedProxies { get; set; } = [];

    /// <summary>The largest request body in bytes; a publish carries its tarball as base64, a third larger than the file.</summary>
    [Range(64 * 1024, 64L * 1024 * 1024 * 1024)]
    public long MaximumRequestBytes { get; set; } = 400L * 1024 * 1024;
}
