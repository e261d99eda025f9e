namespace Assay.Server.Identity;

/// <summary>What a request says of who sent it, for people to recognise.</summary>
internal static class Requester
{
    private const int LongestName = 120;

    public static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "local";

    /// <summary>The client's own name; anybody can say anything.</summary>
    public static string NameOf(HttpContext context)
    {
        var kept = new string([.. context.Request.Headers.UserAgent.ToString().Where(character => character is >= ' ' and <= '~').Take(LongestName)]);
        return kept.Length == 0 ? "an unnamed client" : kept;
    }
}
