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
            foreach (var name in new[] { "href", "src", "action", "formaction" })
            {
                Assert.False(element.GetAttribute(name)?.TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase) ?? false, element.OuterHtml);
            }
        }
        Assert.All(document.QuerySelectorAll("img"), image => Assert.StartsWith("/-/assets/", image.GetAttribute("src"), StringComparison.Ordinal));
    }
}
