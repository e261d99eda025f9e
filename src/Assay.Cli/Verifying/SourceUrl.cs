namespace Assay.Cli.Verifying;

/// <summary>Addresses of repositories: written in several ways, compared in one.</summary>
internal static class SourceUrl
{
    private const string Git = "git+";

    /// <summary>The host without regard to case, as hosts are; the path as it is, since some hosts tell cases apart.</summary>
    public static string? Normalise(string? text)
    {
        var plain = text?.StartsWith(Git, StringComparison.Ordinal) == true ? text[Git.Length..] : text;
        if (!Uri.TryCreate(plain, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
        {
            return null;
        }
        var path = url.AbsolutePath.TrimEnd('/');
        return $"{url.Scheme}://{url.Authority}{(path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path)}";
    }

    /// <summary>The repository of <c>git+https://host/path@ref</c>; the reference may have slashes of its own.</summary>
    public static string? OfGitUri(string? uri) => Normalise(uri?.Split('@')[0]);
}
