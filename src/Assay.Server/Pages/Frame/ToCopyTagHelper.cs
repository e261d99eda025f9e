using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Assay.Server.Pages;

/// <summary><c>&lt;to-copy id="install"&gt;npm install x&lt;/to-copy&gt;</c>: something to copy into a terminal or a file, with a button for it where there is a script.</summary>
[HtmlTargetElement("to-copy")]
public sealed class ToCopyTagHelper : TagHelper
{
    /// <summary>Unique on its page.</summary>
    public string Id { get; set; } = "";

    /// <summary>What it is, for whoever does not see it beside its heading.</summary>
    public string Label { get; set; } = "Command";

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var text = await output.GetChildContentAsync();
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "copy");
        var code = HtmlTags.With("code", "");
        code.InnerHtml.AppendHtml(text.GetContent().Trim());
        var block = HtmlTags.With("pre", "", ("id", Id), ("class", "wrap"), ("tabindex", "0"), ("role", "group"), ("aria-label", Label));
        block.InnerHtml.AppendHtml(code);
        output.Content.SetHtmlContent(block);
        output.Content.AppendHtml(HtmlTags.With("button", "Copy", ("type", "button"), ("class", "small"), ("data-copy", Id), ("aria-label", $"Copy: {Label}"), ("hidden", "hidden")));
    }
}
