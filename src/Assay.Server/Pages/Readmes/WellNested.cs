using System.Net;
using System.Text;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace Assay.Server.Pages.Readmes;

/// <summary>
/// Writes HTML anew from its tokens: allowed elements alone, each closed where it belongs, nested to a bound. A parser that repairs what was written wrongly can
/// be made to repair for ever (formatting that is opened thousands of times is opened again in each paragraph), and into something else than was judged; here
/// nothing is left to repair.
/// </summary>
internal sealed class WellNested : IDisposable
{
    private const int Deepest = 64;
    private const int MostFormatting = 8;
    private const int MostElements = 40_000;
    private const int LongestAttribute = 4_096;

    private readonly HtmlTokenizer tokens;
    private readonly StringBuilder output;
    private readonly List<string> open = [];
    private string? swallowing;
    private int swallowed;
    private int elements;

    private WellNested(string html)
    {
        tokens = new HtmlTokenizer(new TextSource(html), HtmlEntityProvider.Resolver);
        output = new StringBuilder(html.Length);
    }

    /// <exception cref="TooElaborateException">It has more elements than anybody reads.</exception>
    public static string Of(string html)
    {
        using var writing = new WellNested(html);
        return writing.Run();
    }

    public void Dispose() => tokens.Dispose();

    private string Run()
    {
        for (var token = tokens.Get(); token.Type is not HtmlTokenType.EndOfFile; token = tokens.Get())
        {
            if (swallowing is not null)
            {
                Swallow(token);
                continue;
            }
            switch (token)
            {
                case HtmlTagToken { Type: HtmlTokenType.StartTag } tag:
                    Start(tag);
                    break;
                case HtmlTagToken { Type: HtmlTokenType.EndTag } tag:
                    End(tag.Name);
                    break;
                case { Type: HtmlTokenType.Character }:
                    Text(token.Data);
                    break;
                default:
                    break;
            }
        }
        CloseDownTo(0);
        return output.ToString();
    }

    private void Text(string text)
    {
        // A parser puts text that stands between cells in front of the table.
        if (!IsBetweenCells || string.IsNullOrWhiteSpace(text))
        {
            output.Append(WebUtility.HtmlEncode(text));
        }
    }

    private bool IsBetweenCells => open.Count > 0 && open[^1] is "table" or "thead" or "tbody" or "tfoot" or "tr";

    private void Start(HtmlTagToken tag)
    {
        var name = tag.Name;
        if (AllowedMarkup.Swallowed.Contains(name))
        {
            BeginToSwallow(tag);
            return;
        }
        MakeRoomFor(name);
        if (!AllowedMarkup.Elements.Contains(name) || !Fits(name))
        {
            return;
        }
        if (++elements > MostElements)
        {
            throw new TooElaborateException($"The readme has more than {MostElements} elements.");
        }
        Write(tag);
        if (!AllowedMarkup.Voids.Contains(name))
        {
            open.Add(name);
        }
    }

    private bool Fits(string name) => name switch
    {
        "td" or "th" => open.Count > 0 && open[^1] == "tr",
        "tr" => open.Count > 0 && open[^1] is "table" or "thead" or "tbody" or "tfoot",
        "caption" or "thead" or "tbody" or "tfoot" => open.Count > 0 && open[^1] == "table",
        _ => !IsBetweenCells && open.Count < Deepest && (!AllowedMarkup.Formatting.Contains(name) || open.Count(AllowedMarkup.Formatting.Contains) < MostFormatting),
    };

    /// <summary>Closes what the element cannot be in: what a parser would close as well.</summary>
    private void MakeRoomFor(string name)
    {
        switch (name)
        {
            case "a":
                CloseWithin("a", "td", "th");
                break;
            case "li":
                CloseWithin("li", "ul", "ol", "td", "th", "blockquote", "div");
                break;
            case "dt" or "dd":
                CloseWithin("dt", "dl");
                CloseWithin("dd", "dl");
                break;
            case "td" or "th":
                CloseWithin("td", "table");
                CloseWithin("th", "table");
                break;
            case "tr":
                CloseWithin("tr", "table");
                break;
            case "thead" or "tbody" or "tfoot" or "caption":
                CloseWithin("caption", "table");
                CloseWithin("thead", "table");
                CloseWithin("tbody", "table");
                CloseWithin("tfoot", "table");
                break;
        }
        if (AllowedMarkup.Blocks.Contains(name))
        {
            CloseWithin("p", "td", "th", "li", "dd", "blockquote", "div", "details", "figure", "caption");
        }
        if (AllowedMarkup.Headings.Contains(name) && open.Count > 0 && AllowedMarkup.Headings.Contains(open[^1]))
        {
            CloseDownTo(open.Count - 1);
        }
    }

    private void CloseWithin(string name, params ReadOnlySpan<string> boundaries)
    {
        for (var at = open.Count - 1; at >= 0 && !boundaries.Contains(open[at]); at--)
        {
            if (open[at] == name)
            {
                CloseDownTo(at);
                return;
            }
        }
    }

    private void End(string name)
    {
        // What is open around a cell is not closed from inside of it.
        for (var at = open.Count - 1; at >= 0; at--)
        {
            if (open[at] == name)
            {
                CloseDownTo(at);
                return;
            }
            if (open[at] is "td" or "th" && !AllowedMarkup.TableParts.Contains(name) && name != "table")
            {
                return;
            }
        }
    }

    private void CloseDownTo(int count)
    {
        for (; open.Count > count; open.RemoveAt(open.Count - 1))
        {
            output.Append("</").Append(open[^1]).Append('>');
        }
    }

    private void Write(HtmlTagToken tag)
    {
        output.Append('<').Append(tag.Name);
        HashSet<string> written = [];
        foreach (var attribute in tag.Attributes)
        {
            var (name, value) = Translated(tag.Name, attribute.Name, attribute.Value ?? "");
            if (value.Length <= LongestAttribute && AllowedMarkup.IsAllowed(tag.Name, name, value) && written.Add(name))
            {
                output.Append(' ').Append(name).Append("=\"").Append(WebUtility.HtmlEncode(value)).Append('"');
            }
        }
        output.Append('>');
        // A parser takes a line feed away that follows at once, and one is kept that the author meant.
        if (tag.Name == "pre")
        {
            output.Append('\n');
        }
    }

    // How the renderer of tables says what an attribute did before there were styles.
    private static (string Name, string Value) Translated(string element, string name, string value) => (element, name, value) switch
    {
        ("td" or "th", "style", "text-align: left;") => ("align", "left"),
        ("td" or "th", "style", "text-align: center;") => ("align", "center"),
        ("td" or "th", "style", "text-align: right;") => ("align", "right"),
        _ => (name, value),
    };

    private void BeginToSwallow(HtmlTagToken tag)
    {
        if (tag.Name == "embed" || (tag.IsSelfClosing && tag.Name is "svg" or "math"))
        {
            return;
        }
        (swallowing, swallowed) = (tag.Name, 1);
        tokens.State = tag.Name switch
        {
            "script" => HtmlParseMode.Script,
            "style" or "xmp" or "iframe" or "noembed" or "noframes" or "noscript" => HtmlParseMode.Rawtext,
            "textarea" or "title" => HtmlParseMode.RCData,
            "plaintext" => HtmlParseMode.Plaintext,
            _ => HtmlParseMode.PCData,
        };
    }

    private void Swallow(HtmlToken token)
    {
        if (token is HtmlTagToken tag && tag.Name == swallowing)
        {
            swallowed += token.Type is HtmlTokenType.EndTag ? -1 : tag.IsSelfClosing ? 0 : 1;
        }
        if (swallowed == 0)
        {
            swallowing = null;
            tokens.State = HtmlParseMode.PCData;
        }
    }
}
