using Assay.EndToEnd.Harness;
using Assay.Trust.People;

namespace Assay.EndToEnd.People;

/// <summary>An authenticator app: it knows which code it showed last, because each counts once.</summary>
internal sealed class Authenticator
{
    private readonly byte[] secret;
    private long shown;

    public Authenticator(string base32)
    {
        var bits = string.Concat(base32.Select(character => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(character), 2).PadLeft(5, '0')));
        secret = [.. bits.Chunk(8).Where(chunk => chunk.Length == 8).Select(chunk => Convert.ToByte(new string(chunk), 2))];
    }

    // A registry takes the codes beside that of now, so that three in a row need no waiting.
    public async Task<string> NextAsync()
    {
        shown = Math.Max(shown + 1, Now - 1);
        await Until.TrueAsync(() => Task.FromResult(shown <= Now + 1), "the app shows another code");

        return Totp.CodeOf(secret, shown);
    }

    private static long Now => Totp.StepOf(TimeProvider.System.GetUtcNow());
}
