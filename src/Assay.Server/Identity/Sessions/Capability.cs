using System.Security.Cryptography;
using System.Text;

namespace Assay.Server.Identity;

/// <summary>Secrets that stand in an address, a cookie or a header, and codes that are read from one screen and typed on another. Only hashes are kept.</summary>
internal static class Capability
{
    /// <summary>Characters of one.</summary>
    public const int Length = 40;

    // No 0/O, 1/I/L: the code is read from one screen and typed on another.
    private const string CodeAlphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    /// <remarks>Not a UUID: npm masks UUIDs in the links it prints, which would make the link useless.</remarks>
    public static string New() => RandomNumberGenerator.GetHexString(Length, lowercase: true);

    public static string NewCode() => RandomNumberGenerator.GetString(CodeAlphabet, 8);

    /// <summary>A code as people read it.</summary>
    public static string Shown(string code) => $"{code[..4]}-{code[4..]}";

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>Of a code as people type it.</summary>
    public static byte[] HashOfTyped(string code) => Hash(code.Replace("-", "", StringComparison.Ordinal).Trim().ToUpperInvariant());
}
