using System.Globalization;

namespace Assay.Server.Pages;

/// <summary>Numbers for people.</summary>
internal static class Sizes
{
    private const int Step = 1024;

    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];

    public static string Bytes(long bytes)
    {
        var (size, unit) = ((double)bytes, 0);
        while (size >= Step && unit < Units.Length - 1)
        {
            (size, unit) = (size / Step, unit + 1);
        }
        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 ? $"{bytes}" : size.ToString("0.0", CultureInfo.InvariantCulture))} {Units[unit]}");
    }

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
