using Assay.Server.Data.Sealing;
using Assay.Trust.People;

namespace Assay.Server.Identity;

/// <summary>The key that what was shown is checked with, asked for before the commit that checks it.</summary>
internal static class FactorKey
{
    /// <summary>Null for what takes none: recovery codes and passkeys count also while the key is lost.</summary>
    /// <exception cref="SecretsUnavailable">It takes the key, and there is none.</exception>
    public static async ValueTask<SecretKey?> ForAsync(SecretSeal seal, FactorAnswer? answer, CancellationToken cancellationToken) =>
        answer is FactorAnswer.Code { Text: var text } && IsOfAnApp(RecoveryCodes.Plain(text)) ? await seal.KeyAsync(cancellationToken) : null;

    /// <summary>Of a code without its spaces.</summary>
    public static bool IsOfAnApp(string code) => code.Length == Totp.Digits && code.All(char.IsAsciiDigit);
}
