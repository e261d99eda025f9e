using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Import;

/// <summary>What npm made of a project: each file with its digest, each link with its target, and the lock file without the registry's address.</summary>
internal sealed record InstalledTree(IReadOnlyList<string> Files, string Lock)
{
    public static async Task<InstalledTree> OfAsync(JsonObject manifest, Uri registry, string token)
    {
        using var npm = await PackageManager.NpmAsync(registry, token);
        using var project = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(project.Path, "package.json"), manifest.ToJsonString());
        (await npm.RunAsync(project.Path, "install")).ShouldSucceed();
        var text = await File.ReadAllTextAsync(Path.Combine(project.Path, "package-lock.json"));

        return new InstalledTree(Walk(Path.Combine(project.Path, "node_modules")), text.Replace(registry.AbsoluteUri, "https://registry/", StringComparison.Ordinal));
    }

    // npm's own note of the tree repeats the lock file.
    private static List<string> Walk(string root) =>
    [
        .. Directory.EnumerateFileSystemEntries(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Where(path => Path.GetFileName(path) != ".package-lock.json" && (File.Exists(path) || new FileInfo(path).LinkTarget is not null))
            .Select(path => $"{Path.GetRelativePath(root, path)} {new FileInfo(path).LinkTarget ?? Digest(path)}")
            .Order(StringComparer.Ordinal),
    ];

    private static string Digest(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
