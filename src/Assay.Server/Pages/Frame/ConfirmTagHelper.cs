using Assay.Server.Identity;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Assay.Server.Pages;

/// <summary>
/// <c>&lt;confirm button="End it" /&gt;</c>, the foot of a form that does something sensitive: the field for a code, the button, and the button with a passkey for browsers that
/// have the script. Whoever has no second factor sees the button alone; the operation's gate says whether that is enough.
/// </summary>
[HtmlTargetElement("confirm", TagStructure = TagStructure.WithoutEndTag)]
public sealed class ConfirmTagHelper : TagHelper
{
    [HtmlAttributeNotBound]
    [ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    /// <summary>What the button says.</summary>
    public string Button { get; set; } = "Confirm";

    /// <summary>Whether it destroys or revokes.</summary>
    public bool Danger { get; set; }

    /// <summary>Whether it is one choice of many on its page, and not what the page is for: a plain button.</summary>
    public bool Quiet { get; set; }

    /// <summary>Whether the password is asked for as well, where there is one.</summary>
    public bool Password { get; set; }

    /// <summary>Whether the button makes a passkey, which takes the script; the form says how in <c>data-make</c>.</summary>
    public bool Makes { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var http = ViewContext.HttpContext;
        var member = http.Features.GetRequiredFeature<Visitor>().Member ?? throw new InvalidOperationException("Only members confirm.");
        var confirmation = await http.RequestServices.GetRequiredService<Confirmations>().OfAsync(http, member);
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "confirm");
        if (Password && await http.RequestServices.GetRequiredService<PageSignIn>().HasPasswordAsync(member.PersonId, http.RequestAborted))
        {
            AddPassword(output, context.UniqueId);
        }
        if (confirmation.Factors.IsEnrolled)
        {
            AddFields(output, confirmation, context.UniqueId);
        }
        if (confirmation.Factors.IsEnrolled || Makes)
        {
            output.Content.AppendHtml(HtmlTags.With("p", "", ("class", "problem"), ("role", "alert"), ("data-problem", ""), ("hidden", "hidden")));
        }
        AddButtons(output, confirmation);
    }

    private void AddButtons(TagHelperOutput output, Confirmation confirmation)
    {
        if (Makes)
        {
            output.Content.AppendHtml(HtmlTags.With("button", Button, ("class", "primary"), ("data-passkey", "make")));
            return;
        }
        output.Content.AppendHtml(ButtonOf(Button, passkey: null, confirmation.Factors is { IsEnrolled: true, HasTotp: false, RecoveryCodes: 0 }));
        if (confirmation.Use is not null)
        {
            output.Content.AppendHtml(ButtonOf($"{Button} with a passkey", confirmation.Use.Options, isHidden: true));
        }
    }

    private static void AddPassword(TagHelperOutput output, string id)
    {
        output.Content.AppendHtml(HtmlTags.With("label", "Your password", ("for", $"password-{id}")));
        output.Content.AppendHtml(HtmlTags.Single(
            "input", ("id", $"password-{id}"), ("name", "password"), ("type", "password"), ("required", "required"), ("autocomplete", "current-password"), ("class", "code")));
    }

    private static void AddFields(TagHelperOutput output, Confirmation confirmation, string id)
    {
        output.Content.AppendHtml(HtmlTags.With("label", "Code of your app, or a recovery code", ("for", $"factor-{id}")));
        output.Content.AppendHtml(HtmlTags.Single("input", ("id", $"factor-{id}"), ("name", "factor"), ("autocomplete", "one-time-code"), ("class", "code")));
        output.Content.AppendHtml(HtmlTags.Single("input", ("type", "hidden"), ("name", "ceremony"), ("value", confirmation.Use?.Sealed ?? "")));
        output.Content.AppendHtml(HtmlTags.Single("input", ("type", "hidden"), ("name", "passkey")));
    }

    private TagBuilder ButtonOf(string text, string? passkey, bool isHidden)
    {
        var button = Quiet && !Danger ? HtmlTags.With("button", text) : HtmlTags.With("button", text, ("class", Danger ? "danger" : "primary"));
        if (passkey is not null)
        {
            button.Attributes["data-passkey"] = "use";
            button.Attributes["data-options"] = passkey;
            button.Attributes["formnovalidate"] = "formnovalidate";
        }
        if (isHidden && passkey is not null)
        {
            button.Attributes["hidden"] = "hidden";
        }
        return button;
    }
}
