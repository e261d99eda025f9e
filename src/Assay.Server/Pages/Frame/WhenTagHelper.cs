using Assay.Server.Answers;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Assay.Server.Pages;

/// <summary><c>&lt;when at="@time" /&gt;</c>, a time for people and for programs.</summary>
[HtmlTargetElement("when", TagStructure = TagStructure.WithoutEndTag)]
public sealed class WhenTagHelper : TagHelper
{
    public DateTimeOffset At { get; set; }

    /// <summary>Without the time of day.</summary>
    public bool Day { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "time";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("datetime", JsonTime.Of(At));
        output.Content.SetContent(Day ? Shown.Day(At) : Shown.Time(At));
    }
}
