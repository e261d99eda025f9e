using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Assay.Server.Pages.Readmes;

/// <summary>Fits the checked elements of a readme into a page: headings below the page's own, links, images, wide things that scroll by themselves.</summary>
internal sealed class ReadmeDocument(IHtmlDocument document, ReadmeLinks links)
{
    /// <summary>The page has the first level.</summary>
    private const int FirstLevel = 2;
    private const int LastLevel = 6;

    private readonly HashSet<string> ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> repetitions = new(StringComparer.Ordinal);

    public string Finish()
    {
        var body = document.Body!;
        foreach (var element in Elements(body))
        {
            NameId(element);
            Align(element);
        }
        PlaceHeadings(body);
        foreach (var image in Elements(body).Where(element => element.LocalName == "img"))
        {
            PlaceImage(image);
        }
        foreach (var link in Elements(body).Where(element => element.LocalName == "a"))
        {
            PlaceLink(link);
        }
        foreach (var box in Elements(body).Where(element => element.LocalName == "input"))
        {
            PlaceCheckbox(box);
        }
        foreach (var element in Elements(body).Where(element => element.LocalName is "table" or "pre"))
        {
            Wrap(element);
        }
        return body.InnerHtml;
    }

    private static List<IElement> Elements(IElement body) => [.. body.QuerySelectorAll("*")];

    private void NameId(IElement element)
    {
        var written = element.GetAttribute("id") ?? element.GetAttribute("name");
        element.RemoveAttribute("id");
        element.RemoveAttribute("name");
        if (ReadmeLinks.Id(written) is { } id && ids.Add(id))
        {
            element.SetAttribute("id", id);
        }
    }

    private static void Align(IElement element)
    {
        var side = element.GetAttribute("align")?.ToLowerInvariant();
        element.RemoveAttribute("align");
        if (side is "left" or "center" or "right")
        {
            element.SetAttribute("class", $"readme-{side}");
        }
    }

    // Levels that an author skipped are closed up, so that nobody who listens to the page looks for one that is missing.
    private void PlaceHeadings(IElement body)
    {
        var around = new Stack<int>();
        foreach (var heading in Elements(body).Where(element => AllowedMarkup.Headings.Contains(element.LocalName)))
        {
            var written = heading.LocalName[1] - '0';
            while (around.TryPeek(out var above) && above >= written)
            {
                around.Pop();
            }
            var level = Math.Min(FirstLevel + around.Count, LastLevel);
            around.Push(written);
            var placed = document.CreateElement($"h{level.ToString(CultureInfo.InvariantCulture)}");
            placed.Append([.. heading.ChildNodes]);
            placed.ClassName = heading.ClassName;
            placed.SetAttribute("id", heading.GetAttribute("id") ?? HeadingId(placed.TextContent));
            if (placed.ClassName is null or "")
            {
                placed.RemoveAttribute("class");
            }
            heading.Replace(placed);
        }
    }

    // As GitHub names them, whose names authors link to: letters and digits in lower case, blanks as hyphens, and a number for each repetition.
    private string HeadingId(string text)
    {
        var name = new string([.. text.Trim().ToLowerInvariant()
            .Where(character => char.IsLetterOrDigit(character) || character is ' ' or '-' or '_')
            .Take(80)
            .Select(character => character == ' ' ? '-' : character)]);
        var id = ReadmeLinks.Prefix + (name.Length == 0 ? "section" : name);
        var unique = id;
        while (!ids.Add(unique))
        {
            repetitions[id] = repetitions.GetValueOrDefault(id) + 1;
            unique = $"{id}-{repetitions[id].ToString(CultureInfo.InvariantCulture)}";
        }
        return unique;
    }

    private void PlaceImage(IElement image)
    {
        var place = links.Image(image.GetAttribute("src"));
        image.RemoveAttribute("src");
        if (place.Shown is { } shown)
        {
            image.SetAttribute("src", shown);
            image.SetAttribute("loading", "lazy");
            image.SetAttribute("alt", image.GetAttribute("alt") ?? "");
            if (place.IsElsewhere)
            {
                image.SetAttribute("referrerpolicy", "no-referrer");
            }
            return;
        }
        var text = image.GetAttribute("alt") is { Length: > 0 } alt ? alt : place.Linked is null ? "" : "image";
        if (place.Linked is { } linked && image.Closest("a") is null)
        {
            var link = document.CreateElement("a");
            link.SetAttribute("href", linked);
            link.TextContent = text;
            image.Replace(link);
            return;
        }
        image.Replace(document.CreateTextNode(text));
    }

    private void PlaceLink(IElement link)
    {
        var target = links.Link(link.GetAttribute("href"));
        link.RemoveAttribute("href");
        if (target is not null)
        {
            link.SetAttribute("href", target);
            if (target[0] != '#')
            {
                link.SetAttribute("rel", "nofollow noopener noreferrer ugc");
            }
        }
        else if (!link.HasAttribute("id"))
        {
            link.Replace([.. link.ChildNodes]);
        }
    }

    private static void PlaceCheckbox(IElement box)
    {
        if (box.GetAttribute("type") != "checkbox")
        {
            box.Remove();
            return;
        }
        var isDone = box.HasAttribute("checked");
        box.SetAttribute("disabled", "");
        box.SetAttribute("aria-label", isDone ? "Done" : "To do");
    }

    // What is wider than the page is moved inside a box of its own, and that box can be reached without a mouse.
    private void Wrap(IElement element)
    {
        var box = document.CreateElement("div");
        box.SetAttribute("class", "readme-scroll");
        box.SetAttribute("tabindex", "0");
        box.SetAttribute("role", "group");
        box.SetAttribute("aria-label", element.LocalName == "table" ? "Table" : "Code");
        element.Replace(box);
        box.Append(element);
    }
}
