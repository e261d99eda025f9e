namespace Assay.Cli.Registry;

/// <summary>The settings files that npm would read here: the project's and the person's.</summary>
internal static class NpmConfigFiles
{
    private const string FileName = ".npmrc";

    public static NpmConfig Read(string directory, Func<string, string?> variable)
    {
        var files = new List<string>();
        if ((variable("npm_config_registry") ?? variable("NPM_CONFIG_REGISTRY")) is { Length: > 0 } registry)
        {
            files.Add($"registry={registry}");
        }
        foreach (var path in Paths(directory, variable).Distinct(StringComparer.Ordinal).Where(File.Exists))
        {
            files.Add(File.ReadAllText(path));
        }
        return new NpmConfig(files, variable);
    }

    private static IEnumerable<string> Paths(string directory, Func<string, string?> variable)
    {
        yield return Path.Combine(Project(directory), FileName);
        if ((variable("npm_config_userconfig") ?? variable("NPM_CONFIG_USERCONFIG")) is { Length: > 0 } user)
        {
            yield return user;
        }
        else if (variable("HOME") is { Length: > 0 } home)
        {
            yield return Path.Combine(home, FileName);
        }
    }

    // npm's project is the nearest folder above with a package.json or with packages in it.
    private static string Project(string directory)
    {
        for (var folder = Path.GetFullPath(directory); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "package.json")) || Directory.Exists(Path.Combine(folder, "node_modules")))
            {
                return folder;
            }
        }
        return directory;
    }
}
