using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Assay.Server.Pages;

/// <summary><c>&lt;code-words text="@text" /&gt;</c>: a sentence in which what stands between backticks is code. All of it is encoded.</summary>
[HtmlTargetElement("code-words", TagStructure = TagStructure.WithoutEndTag)]
public sealed class CodeWordsTagHelper : TagHelper
{
    public string Text { get; set; } = "";

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        var parts = Text.Split('`');
        foreach (var (place, part) in parts.Index())
        {
            // One that is never closed is only a sign.
            if (place % 2 == 1 && place < parts.Length - 1)
            {
                output.Content.AppendHtml(HtmlTags.With("code", part));
            }
            else
            {
                output.Content.Append(place % 2 == 1 ? $"`{part}" : part);
            }
        }
    }
}
