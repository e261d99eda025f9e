using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Trust.People;

/// <summary>Codes that change with time (RFC 6238): SHA-1, thirty seconds, six digits, which is what every authenticator app understands.</summary>
public static class Totp
{
    /// <summary>The length that RFC 4226 section 4 asks for.</summary>
    public const int SecretBytes = 20;

    /// <summary>Digits of a code.</summary>
    public const int Digits = 6;

    private const int StepSeconds = 30;
    private const int Modulus = 1_000_000;

    // One step to either side: for a clock that is a little off, and a code that is typed as it changes (RFC 6238 section 5.2).
    private const int Window = 1;

    /// <summary>The step that a time belongs to.</summary>
    public static long StepOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of one step.</summary>
    public static string CodeOf(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // What RFC 6238 has by default, and the only one that authenticator apps can be relied on to know; HMAC does not rest on collisions.
        HMACSHA1.HashData(secret, counter, mac);
#pragma warning restore CA5350
        var offset = mac[^1] & 0xf;
        var number = BinaryPrimitives.ReadInt32BigEndian(mac[offset..]) & int.MaxValue;
        return (number % Modulus).ToString($"D{Digits}", CultureInfo.InvariantCulture);
    }

    /// <summary>The step that a code is of, among those that are later than the last one accepted; null when it is of none.</summary>
    public static long? Accept(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long lastStep)
    {
        var given = Encoding.ASCII.GetBytes(code);
        var current = StepOf(now);
        long? accepted = null;
        for (var step = current - Window; step <= current + Window; step++)
        {
            // All of them are compared, so that time does not tell which it was.
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CodeOf(secret, step)), given) && step > lastStep)
            {
                accepted ??= step;
            }
        }
        return accepted;
    }

    /// <summary>The address that authenticator apps take, from a picture or typed.</summary>
    public static string AddressOf(ReadOnlySpan<byte> secret, string issuer, string account) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(account)}?secret={Base32.Encode(secret)}&issuer={Uri.EscapeDataString(issuer)}&algorithm=SHA1&digits={Digits}&period={StepSeconds}";
}
