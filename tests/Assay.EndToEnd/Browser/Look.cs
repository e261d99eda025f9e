using Microsoft.Playwright;

namespace Assay.EndToEnd.Browser;

/// <summary>What somebody looks at pages with.</summary>
internal sealed record Look(int Width, ColorScheme Scheme)
{
    public static Look Desk { get; } = new(1440, ColorScheme.Light);

    public static Look DeskAtNight { get; } = new(1440, ColorScheme.Dark);

    public static Look Phone { get; } = new(360, ColorScheme.Light);

    public static Look PhoneAtNight { get; } = new(360, ColorScheme.Dark);

    public static IReadOnlyList<Look> All { get; } = [Desk, DeskAtNight, Phone, PhoneAtNight];

    public int Height => Width < 600 ? 800 : 900;

    public bool HasScript { get; init; } = true;

    public BrowserNewContextOptions Options => new()
    {
        ViewportSize = new ViewportSize { Width = Width, Height = Height },
        ColorScheme = Scheme,
        JavaScriptEnabled = HasScript,
        ReducedMotion = ReducedMotion.Reduce,
        Locale = "en-GB",
        TimezoneId = "UTC",
    };
}
