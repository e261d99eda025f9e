namespace Assay.Server.Answers;

/// <summary>Whether whoever asks reads pages: browsers ask for HTML before anything else, and no client of the API does.</summary>
internal static class PageReader
{
    public static bool Asks(HttpRequest request) => request.Headers.Accept is [{ } accept] && accept.StartsWith("text/html", StringComparison.Ordinal);
}
