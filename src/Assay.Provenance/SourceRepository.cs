namespace Assay.Provenance;

/// <summary>Compares the repository that a certificate names with the one that a package.json names. Both are names, and exact to the letter.</summary>
public static class SourceRepository
{
    private static readonly string[] Schemes = ["https", "http", "ssh", "git"];

    /// <param name="certified">The source repository as the certificate has it: <c>https://github.com/acme/x</c>.</param>
    /// <param name="declared">As a package.json has it: <c>git+https://github.com/acme/x.git</c>.</param>
    public static bool IsNamedBy(string? certified, string? declared) =>
        Place(certified) is { } place && place == Place(declared);

    // How one gets there is no part of where it is.
    private static string? Place(string? text)
    {
        const string Git = "git+";
        var address = text is not null && text.StartsWith(Git, StringComparison.Ordinal) ? text[Git.Length..] : text;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || !Schemes.Contains(url.Scheme) || url.Query.Length > 0)
        {
            return null;
        }
        const string Suffix = ".git";
        var path = url.AbsolutePath.TrimEnd('/');
        path = path.EndsWith(Suffix, StringComparison.Ordinal) ? path[..^Suffix.Length] : path;
        return path.Length > 1 ? $"{url.IdnHost}:{(url.IsDefaultPort ? 0 : url.Port)}{path}" : null;
    }
}
