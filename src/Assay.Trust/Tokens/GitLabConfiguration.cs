using Assay.Trust.Providers;

namespace Assay.Trust.Tokens;

/// <summary>Reads <c>host/group/project//path@ref</c>.</summary>
internal static class GitLabConfiguration
{
    /// <summary>The path of the pipeline's configuration in the token's own project, or null.</summary>
    public static string? Path(string? value, string? host, string? project, string? refPath, string? sha)
    {
        if (host is null || project is null || refPath is null || sha is null || !Peel.IsSound(value))
        {
            return null;
        }
        var withoutRef = Peel.Tail(value, "@" + refPath) ?? Peel.Tail(value, "@" + sha);
        var path = Peel.HeadIgnoringAsciiCase(withoutRef, $"{host}/{project}//");
        return path is { Length: > 0 } && ValueFormats.IsConfigPath(path) ? path : null;
    }
}
