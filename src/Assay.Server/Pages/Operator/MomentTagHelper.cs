using System.Globalization;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Assay.Server.Pages;

/// <summary><c>&lt;moment at="…" /&gt;</c>: a time for people and for programs, in UTC; a word where there is none.</summary>
[HtmlTargetElement("moment", TagStructure = TagStructure.WithoutEndTag)]
public sealed class MomentTagHelper : TagHelper
{
    public DateTimeOffset? At { get; set; }

    /// <summary>What is said where there is no time.</summary>
    public string Otherwise { get; set; } = "never";

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagMode = TagMode.StartTagAndEndTag;
        if (At is not { UtcDateTime: var at })
        {
            output.TagName = null;
            output.Content.SetContent(Otherwise);
            return;
        }
        output.TagName = "time";
        output.Attributes.SetAttribute("datetime", at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        output.Content.SetContent(at.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
    }
}
