using System.Globalization;
using Assay.Server.Operations;

namespace Assay.Server.Pages;

/// <summary>A bar of a chart.</summary>
internal sealed record Bar(int X, int Y, int Width, int Height);

/// <summary>A trend as bars, a day each. Their numbers stand in a table below.</summary>
internal sealed class Bars(string id, Trend trend, DateOnly first, string kind = "")
{
    public const int Width = 360;
    public const int Height = 120;

    public string Id => id;

    public Trend Trend => trend;

    /// <summary>A class besides: <c>good</c> or <c>bad</c>.</summary>
    public string Kind => kind;

    public long Most => trend.Values.DefaultIfEmpty().Max();

    public IEnumerable<(DateOnly Day, long Value)> Days => trend.Values.Select((value, place) => (first.AddDays(place), value));

    public DateOnly First => first;

    public DateOnly Last => first.AddDays(trend.Values.Count - 1);

    public IEnumerable<Bar> Drawn => trend.Values.Index().Where(each => each.Item > 0).Select(each => At(each.Index, each.Item));

    public string Told(long value) => trend.Unit == "bytes" ? Shown.Size(value) : Shown.Count(value);

    /// <summary>For programs.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private Bar At(int place, long value)
    {
        var (left, right) = (place * Width / trend.Values.Count, (place + 1) * Width / trend.Values.Count);
        // One of a thousand is still to be seen.
        var height = Math.Max(2, (int)((double)value / Most * (Height - 1)));
        return new Bar(left, Height - 1 - height, Math.Max(1, right - left - 1), height);
    }
}
