using System.Diagnostics.CodeAnalysis;

namespace Assay.Npm;

/// <summary>Where people look at the files of a repository, at one commit: what relative links in a package's readme lead to.</summary>
public sealed record SourceTree
{
    private const string Newest = "HEAD";
    private const string Git = "git+";

    // Hosts that npm does not rewrite addresses of are here by their domain alone.
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.OrdinalIgnoreCase) { ["codeberg.org"] = "forgejo" };

    private SourceTree(string files, IReadOnlyList<string> directory)
    {
        Files = files;
        Directory = directory;
    }

    /// <summary>Before the path of a file, without the slash between them.</summary>
    public string Files { get; }

    /// <summary>Where the package lies in the repository.</summary>
    public IReadOnlyList<string> Directory { get; }

    /// <param name="repository">As a package.json or a provenance has it: <c>git+https://github.com/acme/x.git</c>, <c>acme/x</c>, <c>git+https://git.acme.dev/x@refs/heads/main</c>.</param>
    /// <param name="commit">In hexadecimal; the newest there is when it is none.</param>
    /// <param name="directory">Of the package in the repository.</param>
    /// <param name="kind">What kind of host it is, where its domain does not say: <c>github</c>, <c>gitlab</c>, <c>bitbucket</c>, <c>forgejo</c>.</param>
    /// <param name="tree">Set when it is at a host whose addresses are known.</param>
    public static bool TryRead(string? repository, string? commit, string? directory, string? kind, [NotNullWhen(true)] out SourceTree? tree)
    {
        tree = null;
        if (!TryReadPlace(repository, kind, out var address, out var host) || !TryWalk([], directory ?? "", out var place))
            return false;
        var at = IsCommit(commit) ? commit : Newest;
        string? files = host switch
        {
            "github" => $"{address}/blob/{at}",
            "gitlab" => $"{address}/-/blob/{at}",
            "bitbucket" => $"{address}/src/{at}",
            "forgejo" => IsCommit(commit) ? $"{address}/src/commit/{at}" : $"{address}/src/branch/{at}",
            "sourcehut" => $"{address}/tree/{at}/item",
            _ => null,
        };
        tree = files is null ? null : new SourceTree(files, place);
        return tree is not null;
    }

    /// <summary>The page of a file, by its path from the package's folder or, with a slash before it, from the repository's; null when that leads out of it.</summary>
    public string? AddressOf(string path)
    {
        var isFromTop = path.StartsWith('/');
        return TryWalk(isFromTop ? [] : Directory, path, out var segments)
            ? string.Concat(segments.Select(segment => "/" + Uri.EscapeDataString(segment)).Prepend(Files))
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => AddressOf("") ?? Files;

    private static bool TryReadPlace(string? repository, string? kind, out string address, [NotNullWhen(true)] out string? host)
    {
        (address, host) = ("", null);
        var text = WithoutRef(repository);
        if (HostedRepository.TryParse(text, out var hosted) && hosted.Host.Shortcut != "gist")
        {
            (address, host) = ($"https://{hosted.Host.Domain}/{Escaped($"{hosted.Owner}/{hosted.Project}")}", hosted.Host.Shortcut);
            return true;
        }
        if (text.StartsWith(Git, StringComparison.Ordinal))
            text = text[Git.Length..];
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.UserInfo.Length > 0)
            return false;
        host = kind ?? Kinds.GetValueOrDefault(url.IdnHost);
        address = $"{url.Scheme}://{url.IdnHost}{(url.IsDefaultPort ? "" : $":{url.Port}")}/{Escaped(PathOf(url))}";
        return host is not null && url.AbsolutePath.Length > 1;
    }

    // A provenance has the ref behind an at sign; before the path, one parts user and host.
    private static string WithoutRef(string? repository)
    {
        var text = repository ?? "";
        var path = text.StartsWith(Git + "http", StringComparison.Ordinal) ? text.IndexOf('/', text.IndexOf("://", StringComparison.Ordinal) + 3) : -1;
        var at = path < 0 ? -1 : text.IndexOf('@', path);
        return at < 0 ? text : text[..at];
    }

    private static string PathOf(Uri url)
    {
        var path = Uri.UnescapeDataString(url.AbsolutePath).Trim('/');
        return path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path;
    }

    private static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static bool IsCommit([NotNullWhen(true)] string? text) => text is { Length: 40 or 64 } && text.All(char.IsAsciiHexDigit);

    private static bool TryWalk(IReadOnlyList<string> from, string path, out IReadOnlyList<string> segments)
    {
        List<string> walked = [.. from];
        segments = walked;
        foreach (var segment in path.Split('/').Where(segment => segment is not ("" or ".")))
        {
            if (segment != "..")
                walked.Add(segment);
            else if (walked.Count == 0)
                return false;
            else
                walked.RemoveAt(walked.Count - 1);
        }
        return true;
    }
}
