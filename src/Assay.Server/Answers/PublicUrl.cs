namespace Assay.Server.Answers;

/// <summary>
/// The address under which clients know this registry. It alone decides outward URLs and the audience of identity tokens;
/// the Host header never does, because its sender chooses it.
/// </summary>
internal sealed class PublicUrl
{
    public PublicUrl(Uri url)
    {
        Base = url.AbsolutePath.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/");
        PathBase = Base.AbsolutePath.TrimEnd('/');
        Audiences = new HashSet<string>(StringComparer.Ordinal)
        {
            $"npm:{Base.IdnHost}",
            $"npm:{Base.IdnHost}:{Base.Port}",
        };
    }

    /// <summary>With a trailing slash.</summary>
    public Uri Base { get; }

    /// <summary>The path prefix, without a trailing slash; empty at the root.</summary>
    public string PathBase { get; }

    /// <summary>npm and pnpm ask for the host name alone, Yarn for host and port when the port is unusual.</summary>
    public IReadOnlySet<string> Audiences { get; }

    public bool IsLoopback => Base.IsLoopback;

    public string At(string relative) => Base.AbsoluteUri + relative;
}
