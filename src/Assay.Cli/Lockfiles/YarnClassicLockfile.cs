using Assay.Npm;

namespace Assay.Cli.Lockfiles;

/// <summary>yarn.lock of Yarn 1, which looks like YAML and is none: a line of descriptors, then members that are indented by two.</summary>
internal static class YarnClassicLockfile
{
    private const string Alias = "@npm:";

    public static Lockfile Read(string text)
    {
        var packages = new List<LockedPackage?>();
        var entry = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] != ' ')
            {
                Close(entry, packages);
                entry["descriptors"] = Descriptors(line);
            }
            else if (line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' ' && line[2..].Split(' ', 2) is [var name, var value])
            {
                entry[name] = value.Trim('"');
            }
        }
        Close(entry, packages);
        return Lockfile.Of(packages);
    }

    private static string Descriptors(string line) =>
        line.EndsWith(':') ? line[..^1] : throw new LockfileRefused("It is not what Yarn 1 writes.");

    private static void Close(Dictionary<string, string> entry, List<LockedPackage?> packages)
    {
        if (entry.Count > 0)
        {
            packages.Add(Package(entry));
            entry.Clear();
        }
    }

    private static LockedPackage? Package(Dictionary<string, string> entry)
    {
        var resolved = entry.GetValueOrDefault("resolved");
        var url = resolved is null ? null : ResolvedUrl.Read(resolved);
        var (own, range) = Own(entry["descriptors"].Split(',')[0].Trim('"'));
        return (resolved is null ? !range.Contains(':', StringComparison.Ordinal) : url is not null)
            && PackageName.TryParse(own, out var name)
            && SemanticVersion.TryParse(entry.GetValueOrDefault("version"), out var version)
                ? new LockedPackage(name, version, Integrity.TryParse(entry.GetValueOrDefault("integrity"), out var integrity) ? integrity : null, url)
                : null;
    }

    // "x@^1.0.0", "@acme/x@^1.0.0", "alias@npm:@acme/x@^1.0.0"; a range with a colon is a file, a link or a repository.
    private static (string Name, string Range) Own(string descriptor)
    {
        var alias = descriptor.IndexOf(Alias, StringComparison.Ordinal);
        var own = alias > 0 ? descriptor[(alias + Alias.Length)..] : descriptor;
        var at = own.Length > 1 ? own.IndexOf('@', 1) : -1;
        return at < 0 ? (own, "") : (own[..at], own[(at + 1)..]);
    }
}
