using Assay.Server.Answers;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Assay.Server.Pages;

/// <summary><c>&lt;when at="@time" /&gt;</c>, a time for people and for programs; a word where there is none.</summary>
[HtmlTargetElement("when", TagStructure = TagStructure.WithoutEndTag)]
public sealed class WhenTagHelper : TagHelper
{
    public DateTimeOffset? At { get; set; }

    /// <summary>Without the time of day.</summary>
    public bool Day { get; set; }

    /// <summary>What is said where there is no time.</summary>
    public string Otherwise { get; set; } = "never";

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagMode = TagMode.StartTagAndEndTag;
        if (At is not { } at)
        {
            output.TagName = null;
            output.Content.SetContent(Otherwise);
            return;
        }
        output.TagName = "time";
        output.Attributes.SetAttribute("datetime", JsonTime.Of(at));
        output.Content.SetContent(Day ? Shown.Day(at) : Shown.Time(at));
    }
}
