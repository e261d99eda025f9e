namespace Assay.Server.Identity;

/// <summary>Which passwords may be chosen: long ones that nobody guesses first. No rules about kinds of characters, which make passwords worse (NIST SP 800-63B, 3.1.1.2).</summary>
internal static class PasswordRules
{
    private const int LongestPassword = 1_000;
    private const int FewestDifferentCharacters = 5;
    private const int ShortestTellingPart = 4;

    /// <summary>Null when it may be chosen, otherwise what is wrong with it, without the password.</summary>
    public static string? Problem(string password, string personName, string email, int minimumLength)
    {
        if (password.Length < minimumLength)
        {
            return $"The password is too short: at least {minimumLength} characters (Assay:Identity:MinimumPasswordLength).";
        }
        if (password.Length > LongestPassword)
        {
            return $"The password is too long: at most {LongestPassword} characters.";
        }
        if (LeakedPasswords.Has(password))
        {
            return "That password is among those that were found in leaks and are tried first. Choose another: several unrelated words make a good one.";
        }
        if (password.Distinct().Count() < FewestDifferentCharacters)
        {
            return $"The password repeats the same few characters: at least {FewestDifferentCharacters} different ones.";
        }
        return IsAbout(password, personName) || IsAbout(password, email.Split('@')[0])
            ? "The password is made of your name or e-mail address. Choose another: several unrelated words make a good one."
            : null;
    }

    /// <summary>Whether little is left of it without that word.</summary>
    private static bool IsAbout(string password, string word) =>
        word.Length >= ShortestTellingPart
        && password.Contains(word, StringComparison.OrdinalIgnoreCase)
        && password.Length - word.Length < password.Length / 2;
}
