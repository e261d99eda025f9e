using System.Diagnostics.CodeAnalysis;
using Assay.Server.Blobs;

namespace Assay.Server.Operations;

/// <summary>The names that entries of a backup have. No other is written or unpacked, so that none leads out of the directory it is unpacked into.</summary>
internal static class ArchiveName
{
    public const string Description = "backup.json";
    public const string Database = "registry.db";
    public const string Settings = "assay.json";
    public const string Digests = "digests.txt";
    public const string Keys = "keys/";
    public const string SecretsKey = Keys + "secrets.key";
    public const string Providers = "providers/";
    public const string Blobs = "blobs/";

    private const int LongestPart = 100;
    private const int MostFolders = 4;

    public static string Of(BlobKey blob) => Blobs + blob.Hex;

    public static bool IsBlob(string name, out BlobKey key)
    {
        key = default;
        return name.StartsWith(Blobs, StringComparison.Ordinal) && BlobKey.TryParse(name[Blobs.Length..], out key);
    }

    public static bool IsValid([NotNullWhen(true)] string? name) => name is Description or Database or Settings or Digests
        || (name is not null && (IsBlob(name, out _) || IsPlain(name, Keys, folders: 0) || IsPlain(name, Providers, MostFolders)));

    private static bool IsPlain(string name, string folder, int folders)
    {
        if (!name.StartsWith(folder, StringComparison.Ordinal))
        {
            return false;
        }
        var parts = name[folder.Length..].Split('/');
        return parts.Length <= folders + 1 && parts.All(IsPlain);
    }

    private static bool IsPlain(string part) => part.Length is > 0 and <= LongestPart && part[0] != '.'
        && part.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_');
}
