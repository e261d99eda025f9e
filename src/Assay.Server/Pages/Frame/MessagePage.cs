using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace Assay.Server.Pages;

/// <summary>A page that is a few sentences.</summary>
/// <param name="Title">The page's heading.</param>
/// <param name="Sentences">A paragraph each.</param>
internal sealed record MessageText(string Title, IReadOnlyList<string> Sentences)
{
    /// <summary>Where to go on, by what it is called; addresses below the registry.</summary>
    public (string Text, string Address) Next { get; init; } = ("Go to the start page", "");
}

/// <summary>Makes the answers that are shown in place of a page.</summary>
internal static class MessagePage
{
    private const string View = "/Pages/Frame/Message.cshtml";

    public static IActionResult Of(string title, int status, params IReadOnlyList<string> sentences) => Of(new MessageText(title, sentences), status);

    public static IActionResult Of(MessageText text, int status) => Of(View, text, status);

    /// <summary>Another view in place of a page, for what is shown once.</summary>
    public static IActionResult Of<T>(string view, T model, int status) => new ViewResult
    {
        ViewName = view,
        StatusCode = status,
        ViewData = new ViewDataDictionary<T>(new EmptyModelMetadataProvider(), new ModelStateDictionary()) { Model = model },
    };

    public static IActionResult Foreign() => Of(
        "This form does not count", StatusCodes.Status403Forbidden,
        "It is not one that this registry showed in your browser just now: you signed in or out since, the browser keeps no cookies, or another site sent it. Nothing was done. Open the page again.");

    public static IActionResult BadPasskey(HttpContext context) => Of(
        new MessageText("The passkey did not count", ["That passkey is not known here, or took too long. Try again.", "Nothing was done."]) { Next = ("Open the page again", context.Request.Path.Value!.TrimStart('/')) }, StatusCodes.Status400BadRequest);

    public static IActionResult NotForYou() => Of(
        new MessageText("For administrators", ["Only administrators of this registry see this page."]) { Next = ("Search the packages that you may read", "-/search") }, StatusCodes.Status403Forbidden);

    /// <summary>Strangers are led back to it by their sign-in, for it may be there for them then.</summary>
    public static IActionResult Unknown(string what, HttpContext context) => Of(
        new MessageText("Not found", [$"{Uri.UnescapeDataString(what)} is not here, or you have no access to it."])
        {
            Next = context.Features.Get<Visitor>()?.Member is null ? ("Sign in to see more", $"-/sign-in?back={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}") : ("Search the packages that you may read", "-/search"),
        },
        StatusCodes.Status404NotFound);

    public static IActionResult TooMuch(HttpContext context, LimitReached reached)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(reached.For.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Of("Too much at once", StatusCodes.Status429TooManyRequests, reached.Text);
    }
}
