using System.Globalization;
using System.Text.RegularExpressions;
using Assay.Server.Transparency;

namespace Assay.Server.Operations;

/// <summary>
/// The name of a log that goes on from a backup: <c>restored-TIME.</c> before the name that it began with. To the second, because one backup may be restored twice,
/// and what goes on from each is another log.
/// </summary>
internal static partial class RestoredOrigin
{
    public static string Of(string origin, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd't'HHmmss", CultureInfo.InvariantCulture);
        var first = Earlier().Replace(origin, "");
        // An address in brackets can have nothing before it.
        var host = first.StartsWith('[') ? NoName().Replace(first, "-").Trim('-') : first;
        var made = $"restored-{time}.{host}";
        return LogOrigin.IsValid(made) ? made : $"restored-{time}.log";
    }

    [GeneratedRegex("^restored-[0-9]{8}t[0-9]{6}\\.")]
    private static partial Regex Earlier();

    [GeneratedRegex("[^0-9A-Za-z]+")]
    private static partial Regex NoName();
}
