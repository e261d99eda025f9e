using System.Security.Cryptography;
using System.Text;

namespace Assay.Server.Identity;

/// <summary>
/// Passwords that everybody who guesses tries first: some 200,000 of those that were found in leaks, as a sorted set of hashes that ships with the server, so that nobody
/// is asked. Made by <c>scripts/leaked-passwords.mjs</c>, which names its source and licence.
/// </summary>
internal static class LeakedPasswords
{
    private const string Resource = "Assay.Server.leaked-passwords.bin";
    private const int HashBytes = 6;

    public static int Count => (int)(Open().Length / HashBytes);

    /// <summary>Whether it is one of them, in whichever case, or one with a few digits or signs put behind it.</summary>
    public static bool Has(string password)
    {
        var plain = password.ToLowerInvariant();
        var bare = plain.TrimEnd([.. "0123456789!?.,-_*#$+ "]);
        using var set = Open();
        return IsIn(set, plain) || (bare.Length > 0 && IsIn(set, bare));
    }

    // The resource is part of the mapped assembly: searching it takes a few reads and no memory of its own.
    private static bool IsIn(Stream set, string password)
    {
        var wanted = SHA256.HashData(Encoding.UTF8.GetBytes(password)).AsSpan(0, HashBytes);
        Span<byte> found = stackalloc byte[HashBytes];
        var (low, high) = (0L, (set.Length / HashBytes) - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            set.Position = middle * HashBytes;
            set.ReadExactly(found);
            var order = found.SequenceCompareTo(wanted);
            if (order == 0)
            {
                return true;
            }
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return false;
    }

    private static Stream Open() =>
        typeof(LeakedPasswords).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"{Resource} is missing from the build.");
}
