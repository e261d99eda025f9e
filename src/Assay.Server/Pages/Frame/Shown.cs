using System.Globalization;
using Assay.Server.Answers;

namespace Assay.Server.Pages;

/// <summary>Figures and times as people read them.</summary>
internal static class Shown
{
    private static readonly string[] Units = ["bytes", "kB", "MB", "GB", "TB"];

    /// <summary>Decimal units, as npm shows them.</summary>
    public static string Size(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1000 && unit < Units.Length - 1)
        {
            (value, unit) = (value / 1000, unit + 1);
        }
        return unit == 0 ? $"{bytes} bytes" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }

    /// <summary>With thin spaces between thousands.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u2009');

    public static string Time(DateTimeOffset time) => PageTime.Of(time);

    public static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    public static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>Without its year, where that stands elsewhere.</summary>
    public static string ShortDay(DateOnly day) => day.ToString("d MMM", CultureInfo.InvariantCulture);

    /// <summary>A program and its system, from what it says of itself.</summary>
    public static string Client(string userAgent) => ClientWords.Of(userAgent);

    /// <summary>One word or its plural.</summary>
    public static string Of(long count, string one, string? many = null) => $"{Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary><c>refs/tags/v1</c> as <c>tag v1</c>; what is neither tag nor branch stays as it is.</summary>
    public static string Ref(string reference) => reference switch
    {
        _ when reference.StartsWith("refs/tags/", StringComparison.Ordinal) => $"tag {reference["refs/tags/".Length..]}",
        _ when reference.StartsWith("refs/heads/", StringComparison.Ordinal) => $"branch {reference["refs/heads/".Length..]}",
        _ => reference,
    };

    /// <summary>An address as people read it: without what most have in common.</summary>
    public static string Link(string address) => (address.StartsWith("https://", StringComparison.Ordinal) ? address["https://".Length..] : address).TrimEnd('/');

    /// <summary>The beginning of a hash, a commit, a key id: enough to recognise it.</summary>
    public static string Short(string text, int length = 12) => text.Length <= length ? text : text[..length];
}
