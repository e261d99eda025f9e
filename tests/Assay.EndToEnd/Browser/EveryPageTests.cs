using Assay.EndToEnd.Harness;
using Microsoft.Playwright;

namespace Assay.EndToEnd.Browser;

/// <summary>Each page in light and dark, on a desk and on a phone, and without script.</summary>
public sealed class EveryPageTests(SharedChromium chromium, Showcase showcase)
{
    public static TheoryData<string> Pages => [.. EveryPage.All.Select(page => page.Name)];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Is_for_everybody_in_every_light_and_width(string name)
    {
        await using var visit = await OpenAsync(name, Look.Desk);

        foreach (var look in Look.All)
        {
            await visit.LookAsync(look);
            await visit.PictureAsync($"{name}-{(look.Scheme is ColorScheme.Dark ? "dark" : "light")}{(look.Width < 600 ? "-narrow" : "")}");
            await visit.ShouldBeForEverybodyAsync();
        }
        visit.ShouldBeQuiet();
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Says_the_same_without_script_and_every_form_can_be_sent(string name)
    {
        await using var scripted = await OpenAsync(name, Look.Desk);
        await using var plain = await OpenAsync(name, Look.Desk with { HasScript = false });

        var stuck = await plain.Page.Locator("form").EvaluateAllAsync<int>("forms => forms.filter(form => ![...form.querySelectorAll('button, input[type=submit]')].some(button => !button.hidden)).length");

        Assert.Equal(await scripted.Page.Locator("h1").InnerTextAsync(), await plain.Page.Locator("h1").InnerTextAsync());
        Assert.Equal(await scripted.Page.Locator("h2").AllInnerTextsAsync(), await plain.Page.Locator("h2").AllInnerTextsAsync());
        Assert.Equal(0, stuck);
    }

    [Fact]
    public void Every_page_has_its_picture_in_the_documentation()
    {
        var missing =
            from page in EveryPage.All
            from light in new[] { "light", "dark" }
            let picture = $"{page.Name}-{light}.png"
            where !File.Exists(Path.Combine(Checkout.Root, "docs", "images", picture))
            select picture;

        Assert.Empty(missing);
    }

    private async Task<Visit> OpenAsync(string name, Look look)
    {
        var page = EveryPage.All.Single(page => page.Name == name);
        var (world, ids) = await showcase.GetAsync();
        var state = page.As is { } person ? await showcase.SignedInAsync(chromium, person) : null;
        var visit = await Visit.BeginAsync(chromium, world.Server.Url, look, state);
        await visit.GoAsync(ids.Aggregate(page.Address, (address, id) => address.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal)), page.Status);

        return visit;
    }
}
