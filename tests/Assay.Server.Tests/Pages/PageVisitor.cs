using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Pages;

/// <summary>Somebody at the pages, without script: a session, the page that is open, and its forms as a browser would send them.</summary>
internal sealed class PageVisitor(RegistryApp app, string? cookie)
{
    public HttpStatusCode Status { get; private set; }

    public string Html { get; private set; } = "";

    public string Address { get; private set; } = "";

    public IHtmlDocument Page { get; private set; } = null!;

    /// <summary>What people read in the page's main part, with single spaces.</summary>
    public string Text => string.Join(' ', (Page.QuerySelector("main")?.TextContent ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public string? Problem => Page.QuerySelector("main .problem[role=alert]:not([hidden])")?.TextContent.Trim();

    public string Cookie => cookie ?? "";

    /// <summary>With a session in the browser; a null name for nobody.</summary>
    public static async Task<PageVisitor> OfAsync(RegistryApp app, string? name)
    {
        if (name is null)
        {
            return new PageVisitor(app, null);
        }
        var person = await app.ReadAsync(db => db.People.Where(row => row.Name == name).Select(row => row.Id).SingleAsync());
        var value = await app.Services.GetRequiredService<CommitQueue>().RunAsync(
            (commit, stop) => app.Services.GetRequiredService<WebSessions>().BeginAsync(commit, person, new Actor(name, "127.0.0.1"), "a test", "password", stop), CancellationToken.None);
        return new PageVisitor(app, $"assay={value}");
    }

    public async Task<PageVisitor> OpenAsync(string path)
    {
        using var answer = await app.GetAsync(path, headers: headers => headers.TryAddWithoutValidation("Cookie", cookie));
        return await ReadAsync(answer, path);
    }

    /// <summary>Sends the form of this handler, and follows where it leads. Values are named; one that is null is not sent.</summary>
    /// <param name="handler">As in its address; empty for the form without one that is posted.</param>
    /// <param name="values">What is typed and chosen over what is there.</param>
    public Task<PageVisitor> SubmitAsync(string handler, params (string Name, string? Value)[] values) => SubmitAsync(handler, _ => true, values);

    public async Task<PageVisitor> SubmitAsync(string handler, Func<IElement, bool> which, params (string Name, string? Value)[] values)
    {
        var form = Page.QuerySelectorAll("form[method=post]").FirstOrDefault(form => HandlerOf(form) == handler && which(form));
        Assert.True(form is not null, $"There is no form {handler} on {Address} ({Status}):\n{Text}");
        var fields = Fields(form).Where(field => values.All(value => value.Name != field.Key)).Concat(values.Where(value => value.Value is not null).Select(value => KeyValuePair.Create(value.Name, value.Value!)));
        var target = form.GetAttribute("action") is { Length: > 0 } action ? action[0] == '?' ? Address.Split('?')[0] + action : action : Address;
        using var answer = await app.SendAsync(
            HttpMethod.Post, target, content: new FormUrlEncodedContent(fields), headers: headers => headers.TryAddWithoutValidation("Cookie", cookie));
        if (answer.StatusCode is HttpStatusCode.Found or HttpStatusCode.SeeOther)
        {
            return await OpenAsync(answer.Headers.Location!.OriginalString);
        }
        return await ReadAsync(answer, target);
    }

    public IReadOnlyList<string> Handlers => [.. Page.QuerySelectorAll("form[method=post]").Select(HandlerOf)];

    private static string HandlerOf(IElement form)
    {
        var action = form.GetAttribute("action") ?? "";
        var at = action.IndexOf("handler=", StringComparison.Ordinal);
        return at < 0 ? "" : action[(at + "handler=".Length)..].Split('&')[0];
    }

    private static IEnumerable<KeyValuePair<string, string>> Fields(IElement form)
    {
        foreach (var element in form.QuerySelectorAll("input[name], textarea[name], select[name]"))
        {
            var name = element.GetAttribute("name")!;
            switch (element)
            {
                case IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false }:
                    break;
                case IHtmlInputElement input:
                    yield return KeyValuePair.Create(name, input.Value);
                    break;
                case IHtmlTextAreaElement area:
                    yield return KeyValuePair.Create(name, area.Value);
                    break;
                case IHtmlSelectElement select:
                    yield return KeyValuePair.Create(name, select.Value ?? "");
                    break;
            }
        }
    }

    private async Task<PageVisitor> ReadAsync(HttpResponseMessage answer, string address)
    {
        (Status, Address, Html) = (answer.StatusCode, address, await answer.Content.ReadAsStringAsync());
        if (answer.StatusCode is HttpStatusCode.Found && address == Address)
        {
            Html = $"<main>redirected to {answer.Headers.Location}</main>";
        }
        Page = await new HtmlParser().ParseDocumentAsync(Html);
        return this;
    }
}
