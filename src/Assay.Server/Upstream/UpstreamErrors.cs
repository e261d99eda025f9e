using Assay.Server.Answers;

namespace Assay.Server.Upstream;

/// <summary>What clients are told when something of others cannot be had.</summary>
internal static class UpstreamErrors
{
    /// <summary>The registry cannot be asked. npm tries again by itself, but not when nobody will be asked.</summary>
    public static JsonAnswer Failed(string what, string reason, bool isOffline) => isOffline
        ? Told(StatusCodes.Status403Forbidden, "not-in-cache", $"{what} is not in this registry's cache, and {reason}.")
        : Told(StatusCodes.Status502BadGateway, "upstream-failed", $"{what} cannot be had: {reason}.");

    public static JsonAnswer KeptBack(string text, string rule) => Told(StatusCodes.Status403Forbidden, "kept-back", $"{text} An operator can release it. ({rule})");

    /// <summary>Not for everybody to wave through: it says what it would take.</summary>
    public static JsonAnswer Malicious(string text) => Told(
        StatusCodes.Status403Forbidden, "malicious-version", $"{text} If the advisory is wrong, an operator can release that one version.");

    public static JsonAnswer NotAsPromised(string text, string rule) => Told(StatusCodes.Status403Forbidden, "not-as-promised", $"{text} Tell your operator. ({rule})");

    public static JsonAnswer NotSigned(string text, string rule) => Told(StatusCodes.Status403Forbidden, "not-signed", $"{text} An operator can release it. ({rule})");

    private static JsonAnswer Told(int status, string code, string text) => NpmError.With(status, code, text, Notices.WithCode(text, code));
}
