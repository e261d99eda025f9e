namespace Assay.Cli.Lockfiles;

/// <summary>Where a lockfile says that a tarball comes from.</summary>
internal static class ResolvedUrl
{
    /// <summary>Null for what is no tarball of a registry: Git, files, other protocols. Yarn's fragment (a SHA-1) is dropped.</summary>
    public static Uri? Read(string text) =>
        Uri.TryCreate(text.Split('#')[0], UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) ? url : null;
}
