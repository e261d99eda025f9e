using Microsoft.AspNetCore.Mvc.Rendering;

namespace Assay.Server.Pages;

/// <summary>Elements made in code; text and values are encoded when they are written.</summary>
internal static class HtmlTags
{
    public static TagBuilder With(string name, string text, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        var tag = new TagBuilder(name);
        tag.InnerHtml.Append(text);
        Add(tag, attributes);
        return tag;
    }

    public static TagBuilder Single(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        var tag = new TagBuilder(name) { TagRenderMode = TagRenderMode.SelfClosing };
        Add(tag, attributes);
        return tag;
    }

    private static void Add(TagBuilder tag, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        foreach (var (key, value) in attributes)
        {
            tag.Attributes[key] = value;
        }
    }
}
