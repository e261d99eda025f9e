using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Assay.Npm;

/// <summary>
/// A registry credential: <c>npm_</c>, thirty random base-62 characters and their CRC-32 in six more. It is the layout that secret
/// scanners look for, so a leaked token is found by the tools people already run. Printing one does not reveal it.
/// </summary>
public sealed class NpmToken
{
    /// <summary>The bytes of randomness that <see cref="Create"/> wants.</summary>
    public const int RandomBytes = 32;

    private const string Prefix = "npm_";
    private const int Length = 40;
    private const int BodyLength = 30;

    private readonly string text;

    private NpmToken(string text)
    {
        this.text = text;
        Hash = TokenHash.Of(text);
    }

    /// <summary>What is stored in place of the token.</summary>
    public TokenHash Hash { get; }

    /// <summary>
    /// Makes a token from 32 bytes of a cryptographic generator. They are read as one number modulo 62^30, about 178 bits;
    /// the bias of that is below 2^-77.
    /// </summary>
    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    public static NpmToken Create(ReadOnlySpan<byte> random)
    {
        if (random.Length != RandomBytes)
            throw new ArgumentException("A token is made from 32 random bytes.", nameof(random));
        var body = Base62.FromBytes(random, BodyLength);
        return new NpmToken(Prefix + body + Checksum(body));
    }

    /// <summary>Reads a token, checking its prefix, its length and its checksum.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out NpmToken? token)
    {
        token = IsToken(text) ? new NpmToken(text) : null;
        return token is not null;
    }

    /// <summary>The secret itself, to be shown to its owner once.</summary>
    public string Reveal() => text;

    /// <summary>A form for logs and lists: <c>npm_aBcD…7890</c>.</summary>
    public override string ToString() => $"{text[..8]}…{text[^4..]}";

    private static bool IsToken([NotNullWhen(true)] string? text) =>
        text?.Length == Length
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && Base62.IsBase62(text.AsSpan(Prefix.Length))
        && text.AsSpan(Prefix.Length + BodyLength).SequenceEqual(Checksum(text.AsSpan(Prefix.Length, BodyLength)));

    private static string Checksum(ReadOnlySpan<char> body)
    {
        Span<byte> ascii = stackalloc byte[BodyLength];
        Encoding.ASCII.GetBytes(body, ascii);
        return Base62.FromNumber(Crc32.Of(ascii), Length - Prefix.Length - BodyLength);
    }
}
