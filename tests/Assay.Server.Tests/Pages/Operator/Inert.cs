using AngleSharp.Html.Dom;

namespace Assay.Server.Tests.Pages.Operator;

/// <summary>A page in which nothing that strangers wrote does anything.</summary>
internal static class Inert
{
    /// <summary>Ends whatever it could stand in, and begins what a browser would run.</summary>
    public const string Hostile = "\"'></td></svg><script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a>";

    public static void ShouldBe(IHtmlDocument document)
    {
        Assert.All(document.QuerySelectorAll("script"), script => Assert.StartsWith("/-/assets/", script.GetAttribute("src"), StringComparison.Ordinal));
        foreach (var element in document.QuerySelectorAll("*"))
        {
            Assert.DoesNotContain(element.Attributes, attribute => attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || attribute.Name == "style");
            foreach (var name in new[] { "href", "src", "action", "formaction", "srcset", "poster", "data", "background" })
            {
                Assert.True(element.GetAttribute(name) is not { } address || IsWebOrRelative(address), element.OuterHtml);
            }
        }
        Assert.Empty(document.QuerySelectorAll("style, iframe, object, embed, base, meta[http-equiv]"));
        // Pictures come from this registry alone: its own, and those of tarballs.
        Assert.All(document.QuerySelectorAll("img"), image => Assert.Matches("^/-/(assets/|packages/.+/raw/)", image.GetAttribute("src")));
    }

    private static bool IsWebOrRelative(string address)
    {
        var colon = address.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || address.AsSpan(0, colon).IndexOfAny('/', '?', '#') >= 0
            || address.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
    }
}
