using System.Text;

namespace Assay.Trust.People;

/// <summary>RFC 4648 section 6, without padding: how authenticator apps spell secrets.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int BitsOfCharacter = 5;
    private const int BitsOfByte = 8;

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder((bytes.Length * BitsOfByte / BitsOfCharacter) + 1);
        var (held, bits) = (0, 0);
        foreach (var next in bytes)
        {
            held = (held << BitsOfByte) | next;
            bits += BitsOfByte;
            while (bits >= BitsOfCharacter)
            {
                bits -= BitsOfCharacter;
                text.Append(Alphabet[(held >> bits) & 0x1f]);
            }
            held &= (1 << bits) - 1;
        }
        return bits == 0 ? text.ToString() : text.Append(Alphabet[(held << (BitsOfCharacter - bits)) & 0x1f]).ToString();
    }
}
