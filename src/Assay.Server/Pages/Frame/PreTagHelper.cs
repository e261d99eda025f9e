using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Assay.Server.Pages;

/// <summary>What may be wider than its place scrolls, and whoever has no mouse has to get there.</summary>
[HtmlTargetElement("pre")]
public sealed class PreTagHelper : TagHelper
{
    public override void Process(TagHelperContext context, TagHelperOutput output) => output.Attributes.SetAttribute("tabindex", "0");
}
