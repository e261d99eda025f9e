using Assay.Server.Data;
using Assay.Trust.Fixtures;
using Assay.Trust.Providers;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// The definitions in force: those that ship, and beside them the operator's own, each a file <c>ID.json</c> that is proved by its
/// <c>ID.fixtures.json</c>. They are read once, at the start.
/// </summary>
internal static class ProviderFiles
{
    private const string Fixtures = ".fixtures.json";
    private const int MaximumBytes = 1024 * 1024;

    /// <exception cref="StartRefused">A file is not what it should be; the message names it and what is wrong.</exception>
    public static ProviderCatalog Read(string directory)
    {
        var files = FilesIn(directory);
        foreach (var fixtures in files.Where(IsFixtures))
        {
            // Most likely the definition is misnamed, and would be missed.
            var definition = string.Concat(fixtures.AsSpan(0, fixtures.Length - Fixtures.Length), ".json");
            if (!files.Contains(definition))
            {
                throw Wrong(fixtures, $"there is no {Path.GetFileName(definition)} beside it.");
            }
        }
        return files.Where(file => !IsFixtures(file)).Aggregate(ProviderCatalog.Shipped, Add);
    }

    private static ProviderCatalog Add(ProviderCatalog catalog, string file)
    {
        var id = Path.GetFileNameWithoutExtension(file);
        var fixtures = Path.ChangeExtension(file, Fixtures);
        if (!File.Exists(fixtures))
        {
            throw Wrong(file, $"nothing proves it. Put {Path.GetFileName(fixtures)} beside it, with payloads of its tokens and what shall come of each.");
        }
        if (!OperatorDefinition.TryAdd(catalog, Bytes(file), Bytes(fixtures), out var extended, out var problems))
        {
            throw Wrong(file, string.Join(" ", problems));
        }
        return catalog.Find(id) is null && extended.Find(id) is not null
            ? extended
            : throw Wrong(file, $"it must be named after the provider that it defines: {extended.Ids.Except(catalog.Ids).Single()}.json.");
    }

    private static bool IsFixtures(string file) => file.EndsWith(Fixtures, StringComparison.Ordinal);

    private static List<string> FilesIn(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal)];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw Wrong(directory, unreadable.Message);
        }
    }

    private static byte[] Bytes(string file)
    {
        try
        {
            return new FileInfo(file).Length <= MaximumBytes ? File.ReadAllBytes(file) : throw Wrong(file, $"it is larger than {MaximumBytes} bytes.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw Wrong(file, unreadable.Message);
        }
    }

    private static StartRefused Wrong(string file, string problem) => new($"{file}: {problem}");
}
