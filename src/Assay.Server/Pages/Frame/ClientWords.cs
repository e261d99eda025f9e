using System.Text.RegularExpressions;

namespace Assay.Server.Pages;

/// <summary>A User-Agent as people would name it. It is what the client said of itself: it helps to recognise a sign-in, and proves nothing.</summary>
internal static partial class ClientWords
{
    private const int Longest = 40;

    // Those that pass for others come before them.
    private static readonly (string Mark, string Name)[] Programs =
    [
        ("Edg", "Edge"), ("EdgA", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
        ("HeadlessChrome", "Chrome"), ("Chrome", "Chrome"), ("Version", "Safari"), ("pnpm", "pnpm"), ("yarn", "Yarn"), ("bun", "Bun"), ("npm", "npm"), ("curl", "curl"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Windows", "Windows"), ("win32", "Windows"), ("Mac OS X", "macOS"), ("darwin", "macOS"), ("CrOS", "ChromeOS"),
        ("Linux", "Linux"), ("linux", "Linux"),
    ];

    /// <summary>Such as <c>Chrome 156 on Linux</c>; what is not known, as it said it.</summary>
    public static string Of(string userAgent)
    {
        var parts = Product().Matches(userAgent).Select(part => (Name: part.Groups[1].Value, Version: part.Groups[2].Value)).ToList();
        foreach (var (mark, name) in Programs)
        {
            if (parts.Find(part => part.Name == mark) is { Name: not null, Version: var version })
            {
                return Systems.FirstOrDefault(system => userAgent.Contains(system.Mark, StringComparison.Ordinal)).Name is { } on ? $"{name} {version} on {on}" : $"{name} {version}";
            }
        }
        return userAgent.Length <= Longest ? userAgent : $"{userAgent[..Longest]}…";
    }

    [GeneratedRegex(@"\b([A-Za-z]+)/v?(\d{1,6})\b")]
    private static partial Regex Product();
}
