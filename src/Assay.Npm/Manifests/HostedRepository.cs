using System.Diagnostics.CodeAnalysis;

namespace Assay.Npm;

/// <summary>
/// A repository at a known host, read from any of the ways in which authors write one (as npm's hosted-git-info reads them):
/// <c>o/r</c>, <c>gitlab:o/r</c>, <c>https://…</c>, <c>git+ssh://git@…</c>, <c>git@…:o/r.git</c>.
/// </summary>
internal sealed record HostedRepository(RepositoryHost Host, string Protocol, string? Owner, string Project, string Commit)
{
    /// <summary>The address that npm stores; its protocol follows the one that the author chose.</summary>
    public string CloneUrl => Protocol switch
    {
        "" or "https" or "git+https" => $"{Host.CloneScheme}://{Address}{Host.CloneSuffix}{Fragment}",
        "git" => $"git://{Address}.git{Fragment}",
        _ => $"git+ssh://git@{Address}.git{Fragment}",
    };

    public string? IssuesUrl => Host.IsOwnerOptional ? $"https://{Host.Domain}/{Project}"
        : Host.HasIssues ? $"https://{Address}/issues"
        : null;

    public string ReadmeUrl
    {
        get
        {
            var commit = Commit.Length == 0 ? "" : "/" + Uri.EscapeDataString(Commit);
            if (Host.IsOwnerOptional)
                return $"https://{Host.Domain}/{Project}{commit}";
            return commit.Length == 0 ? $"https://{Address}#readme" : $"https://{Address}/{Host.TreeSegment}{commit}#readme";
        }
    }

    private string Address => Host.IsOwnerOptional ? $"{Host.Domain}/{Project}" : $"{Host.Domain}/{Owner}/{Project}";

    private string Fragment => Commit.Length == 0 ? "" : "#" + Commit;

    public static bool TryParse(string? text, [NotNullWhen(true)] out HostedRepository? repository)
    {
        repository = null;
        if (string.IsNullOrWhiteSpace(text))
            return false;
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        var commit = hash < 0 ? "" : text[(hash + 1)..];
        var address = hash < 0 ? text : text[..hash];
        repository = FromShortcut(address, commit) ?? FromUrl(address, commit);
        return repository is not null;
    }

    private static HostedRepository? FromShortcut(string address, string commit)
    {
        if (IsOwnerAndProject(address))
            address = "github:" + address;
        var colon = address.IndexOf(':', StringComparison.Ordinal);
        var host = colon < 0 ? null : RepositoryHost.Known.FirstOrDefault(known => known.Shortcut == address[..colon]);
        if (host is null)
            return null;
        var path = address[(colon + 1)..].TrimStart('/');
        var slash = path.LastIndexOf('/');
        return Create(host, "", slash < 0 ? null : path[..slash], path[(slash + 1)..], commit);
    }

    // "o/r", which is neither a path, a scoped package nor a URL.
    private static bool IsOwnerAndProject(string address) =>
        address.Count(character => character == '/') == 1 && !address.StartsWith('/') && !address.EndsWith('/')
        && !address.StartsWith('.') && !address.Any(character => character is '@' or ':' || char.IsWhiteSpace(character));

    private static HostedRepository? FromUrl(string address, string commit)
    {
        if (!Uri.TryCreate(WithProtocol(address), UriKind.Absolute, out var url))
            return null;
        var domain = url.Host.StartsWith("www.", StringComparison.Ordinal) ? url.Host[4..] : url.Host;
        var host = RepositoryHost.Known.FirstOrDefault(known => known.Domain == domain);
        if (host is null || !host.Protocols.Contains(url.Scheme))
            return null;
        var segments = url.AbsolutePath.Trim('/').Split('/');
        // A "-" segment leads to a page about the repository.
        if (host.HasSubgroups && segments.Contains("-"))
            return null;
        return host.HasSubgroups
            ? Create(host, url.Scheme, string.Join('/', segments[..^1]), segments[^1], commit)
            : FromSegments(host, url.Scheme, segments, commit);
    }

    private static HostedRepository? FromSegments(RepositoryHost host, string protocol, string[] segments, string commit)
    {
        if (segments.Length == 1 && host.IsOwnerOptional)
            return Create(host, protocol, null, segments[0], commit);
        if (segments.Length < 2)
            return null;
        if (segments.Length == 2)
            return Create(host, protocol, segments[0], segments[1], commit);
        return segments[2] == host.ExtraSegment
            ? Create(host, protocol, segments[0], segments[1], segments.Length > 3 ? segments[3] : "")
            : null;
    }

    // "git@host:o/r.git" is how ssh writes an address.
    private static string WithProtocol(string address)
    {
        if (!address.Contains("://", StringComparison.Ordinal))
            return "git+ssh://" + address.Replace(':', '/');
        var colon = address.LastIndexOf(':');
        var host = address.IndexOf("://", StringComparison.Ordinal) + 3;
        return colon > host && colon + 1 < address.Length && !char.IsAsciiDigit(address[colon + 1])
            && colon > address.IndexOf('@', StringComparison.Ordinal) && address.IndexOf('/', host) > colon
            ? $"{address[..colon]}/{address[(colon + 1)..]}"
            : address;
    }

    private static HostedRepository? Create(RepositoryHost host, string protocol, string? owner, string project, string commit)
    {
        if (project.EndsWith(".git", StringComparison.Ordinal))
            project = project[..^4];
        return project.Length == 0 || (string.IsNullOrEmpty(owner) && !host.IsOwnerOptional)
            ? null
            : new HostedRepository(host, protocol, owner, project, commit);
    }
}
