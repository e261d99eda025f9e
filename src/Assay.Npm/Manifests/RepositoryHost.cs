namespace Assay.Npm;

/// <summary>A host whose addresses npm rewrites: its shortcut, its domain, the protocols it serves, and the shapes of its pages.</summary>
internal sealed record RepositoryHost(string Shortcut, string Domain, string[] Protocols)
{
    private static readonly string[] Secure = ["git+ssh", "git+https", "ssh", "https"];

    public static IReadOnlyList<RepositoryHost> Known { get; } =
    [
        new("github", "github.com", ["git", "http", .. Secure]) { ExtraSegment = "tree" },
        new("bitbucket", "bitbucket.org", Secure) { TreeSegment = "src" },
        new("gitlab", "gitlab.com", Secure) { HasSubgroups = true },
        new("gist", "gist.github.com", ["git", .. Secure]) { TreeSegment = "", IsOwnerOptional = true },
        new("sourcehut", "git.sr.ht", ["git+ssh", "https"]) { HasIssues = false, CloneScheme = "https", CloneSuffix = "" },
    ];

    /// <summary>The segment before a branch's name in a URL; empty if there is none.</summary>
    public string TreeSegment { get; init; } = "tree";

    /// <summary>The one segment that may follow the project in a repository's URL.</summary>
    public string? ExtraSegment { get; init; }

    public bool HasSubgroups { get; init; }

    public bool IsOwnerOptional { get; init; }

    public bool HasIssues { get; init; } = true;

    /// <summary>How an address over HTTPS begins and ends.</summary>
    public string CloneScheme { get; init; } = "git+https";

    public string CloneSuffix { get; init; } = ".git";
}
