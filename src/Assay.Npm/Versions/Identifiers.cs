using System.Buffers;

namespace Assay.Npm;

/// <summary>What the identifiers of pre-releases and build metadata are made of (semver.org, 9 and 10).</summary>
internal static class Identifiers
{
    public static readonly SearchValues<char> Characters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");

    public static bool IsNumber(ReadOnlySpan<char> identifier) => !identifier.ContainsAnyExceptInRange('0', '9');
}
