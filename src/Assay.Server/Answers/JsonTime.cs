using System.Globalization;

namespace Assay.Server.Answers;

/// <summary>A time as npm's documents spell it: UTC, to the millisecond.</summary>
internal static class JsonTime
{
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
