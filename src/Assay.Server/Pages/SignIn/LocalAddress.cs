namespace Assay.Server.Pages;

/// <summary>An address within this registry, for where to go on after a sign-in. Anybody can write one into a link, so nothing that leads elsewhere is one.</summary>
internal static class LocalAddress
{
    private const int Longest = 2_000;

    /// <summary>What was asked for, below the registry's own path; null when it is not of this registry.</summary>
    /// <remarks>Browsers take <c>//</c> and <c>/\</c> for the beginning of a host, and leave out tabs and line ends wherever they stand.</remarks>
    public static string? Of(string? asked) => asked is ['/', ..] and { Length: <= Longest }
        && (asked.Length == 1 || asked[1] is not ('/' or '\\'))
        && asked.All(character => character is > ' ' and < '\x7f' and not '\\')
            ? asked
            : null;
}
