namespace Assay.Server.Transparency;

/// <summary>The log's name: a host, perhaps with a port. Sigstore's clients look for it in the address that a trusted root gives the log, and there in the host alone.</summary>
internal static class LogOrigin
{
    private const int Longest = 255;

    public static bool IsValid(string text) =>
        text.Length is > 0 and <= Longest
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or ':' or '[' or ']')
        && Uri.TryCreate($"https://{text}", UriKind.Absolute, out var url)
        && url.UserInfo.Length == 0;
}
