using Assay.EndToEnd.Harness;
using Microsoft.Playwright;

namespace Assay.EndToEnd.Browser;

/// <summary>
/// Pictures of the pages. Every run takes them, so that one that cannot be taken fails; they are kept in artifacts/images, and scripts/images makes those of docs/images from them.
/// </summary>
internal static class Pictures
{
    private const int Tallest = 1600;

    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts", "images")).FullName;

    public static async Task TakeAsync(IPage page, string name)
    {
        var height = await page.EvaluateAsync<int>("document.documentElement.scrollHeight");
        await page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = Path.Combine(Folder, $"{name}.png"),
            FullPage = true,
            Clip = new Clip { X = 0, Y = 0, Width = page.ViewportSize!.Width, Height = Math.Min(height, Tallest) },
        });
    }
}
