using System.Globalization;

namespace Assay.Server.Answers;

/// <summary>A time as pages spell it for people: UTC, to the minute.</summary>
internal static class PageTime
{
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("d MMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
