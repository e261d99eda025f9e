using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Fixtures;

/// <summary>A browser at the pages: it keeps cookies, and sends a page's form with what stands in it.</summary>
internal sealed class Browser(RegistryApp app)
{
    private static readonly HtmlParser Parser = new();

    private string path = "/";

    public Dictionary<string, string> Cookies { get; } = [];

    /// <summary>The session's cookie as it was set.</summary>
    public string SetCookie { get; private set; } = "";

    public HttpStatusCode Status { get; private set; }

    public Uri? Location { get; private set; }

    public string Page { get; private set; } = "";

    public IHtmlDocument Document { get; private set; } = Parser.ParseDocument("");

    public string ContentPolicy { get; private set; } = "";

    /// <summary>What the forms of this browser carry; of the last page that had one.</summary>
    public string Token { get; private set; } = "";

    /// <summary>What people read in the page's main part, with single spaces.</summary>
    public string Text => string.Join(' ', (Document.QuerySelector("main")?.TextContent ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>What the page says went wrong.</summary>
    public string? Problem => Document.QuerySelector("main .problem[role=alert]:not([hidden])")?.TextContent.Trim();

    /// <summary>What the forms of the page do.</summary>
    public IReadOnlyList<string> Handlers => [.. Document.QuerySelectorAll("form[method=post]").Select(HandlerOf)];

    /// <summary>With a session of this person, made without the page for it; a null name for nobody.</summary>
    public static async Task<Browser> OfAsync(RegistryApp app, string? name)
    {
        var browser = new Browser(app);
        if (name is not null)
        {
            var person = await app.ReadAsync(db => db.People.Where(row => row.Name == name).Select(row => row.Id).SingleAsync());
            browser.Cookies["assay"] = await app.Services.GetRequiredService<CommitQueue>().RunAsync(
                (commit, stop) => app.Services.GetRequiredService<WebSessions>().BeginAsync(commit, person, new Actor(name, "127.0.0.1"), "a test", "password", stop),
                CancellationToken.None);
        }
        return browser;
    }

    /// <summary>The same, with a page open.</summary>
    public static async Task<Browser> AtAsync(RegistryApp app, string? name, string address)
    {
        var browser = await OfAsync(app, name);
        await browser.OpenAsync(address);
        return browser;
    }

    public async Task<string> OpenAsync(string address)
    {
        using var response = await app.GetAsync(address, headers: headers => headers.TryAddWithoutValidation("Cookie", Header));
        return await ReadAsync(response, address);
    }

    /// <summary>Takes a page as it comes, without looking into it; for what is measured.</summary>
    public async Task LoadAsync(string address)
    {
        using var response = await app.GetAsync(address, headers: headers => headers.TryAddWithoutValidation("Cookie", Header));
        Status = response.StatusCode;
        await response.Content.LoadIntoBufferAsync();
    }

    /// <summary>Opens where the last answer led.</summary>
    public Task<string> FollowAsync()
    {
        Assert.True(Status == HttpStatusCode.Found, $"The page leads nowhere ({Status}):\n{Page}");
        return OpenAsync(Location!.IsAbsoluteUri ? Location.PathAndQuery : Location.OriginalString);
    }

    /// <summary>Sends the form with this handler (the page's only one when empty) with the given values over those that stand in it.</summary>
    public Task<string> SubmitAsync(string handler, params (string Name, string Value)[] values)
    {
        var form = Form(handler);
        return SendAsync(TargetOf(form), Fields(form, [.. values.Select(value => (value.Name, (string?)value.Value))]));
    }

    /// <summary>The same, and goes where the answer leads. A value that is null is not sent.</summary>
    public Task SubmitAndFollowAsync(string handler, params (string Name, string? Value)[] values) => SubmitAndFollowAsync(handler, _ => true, values);

    public async Task SubmitAndFollowAsync(string handler, Func<IElement, bool> which, params (string Name, string? Value)[] values)
    {
        var form = Document.QuerySelectorAll("form[method=post]").FirstOrDefault(form => HandlerOf(form) == handler && which(form));
        Assert.True(form is not null, $"There is no form {handler} on {path} ({Status}):\n{Text}");
        await SendAsync(TargetOf(form), Fields(form, values));
        if (Status is HttpStatusCode.Found)
        {
            await FollowAsync();
        }
    }

    /// <summary>Sends what no form of the page has; with the token of this browser, where none is given.</summary>
    public Task<string> PostAsync(string address, params (string Name, string Value)[] values) =>
        SendAsync(address, values.Any(value => value.Name == "form") ? values : [.. values, ("form", Token)]);

    /// <summary>Opens the page and sends its one form.</summary>
    public async Task<string> FillInAsync(string address, params (string Name, string Value)[] values)
    {
        await OpenAsync(address);
        return await SubmitAsync("", values);
    }

    /// <summary>What the script reads.</summary>
    public string Options(string handler, string attribute)
    {
        var form = Form(handler);
        return form.GetAttribute($"data-{attribute}") ?? form.QuerySelector($"button[data-passkey={attribute}]")?.GetAttribute("data-options") ?? "";
    }

    public async Task<string> SignInAsync(string name, string? code = null, string password = RegistryApp.Password)
    {
        foreach (var session in Cookies.Keys.Where(cookie => cookie is "assay" or "__Host-assay").ToList())
        {
            Cookies.Remove(session);
        }
        var page = await FillInAsync("/-/sign-in", ("name", name), ("password", password), ("factor", code ?? ""));
        return Status == HttpStatusCode.Found ? await OpenAsync("/-/account") : page;
    }

    private string Header => string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));

    private async Task<string> SendAsync(string address, IReadOnlyList<(string Name, string Value)> fields)
    {
        using var body = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await app.SendAsync(HttpMethod.Post, address, content: body, headers: headers => headers.TryAddWithoutValidation("Cookie", Header));
        return await ReadAsync(response, address);
    }

    private string TargetOf(IElement form) => form.GetAttribute("action") switch
    {
        null or "" => path,
        ['?', ..] query => path.Split('?')[0] + query.Split('#')[0],
        var address => address,
    };

    private IElement Form(string handler)
    {
        var form = Document.QuerySelectorAll("main form[method=post]").FirstOrDefault(found =>
            handler.Length == 0 || (found.GetAttribute("action") ?? "").Split('#')[0].EndsWith($"handler={handler}", StringComparison.OrdinalIgnoreCase));
        Assert.True(form is not null, $"There is no form {handler} on this page ({Status}):\n{Page}");
        return form;
    }

    private static string HandlerOf(IElement form)
    {
        var action = form.GetAttribute("action") ?? "";
        var at = action.IndexOf("handler=", StringComparison.Ordinal);
        return at < 0 ? "" : action[(at + "handler=".Length)..].Split('&')[0];
    }

    private static IReadOnlyList<(string Name, string Value)> Fields(IElement form, IReadOnlyCollection<(string Name, string? Value)> typed) =>
        [.. Fields(form).Where(field => typed.All(value => value.Name != field.Name)), .. typed.Where(value => value.Value is not null).Select(value => (value.Name, value.Value!))];

    private static IEnumerable<(string Name, string Value)> Fields(IElement form)
    {
        foreach (var field in form.QuerySelectorAll("input[name], select[name], textarea[name]"))
        {
            if (field is IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false })
            {
                continue;
            }
            yield return (field.GetAttribute("name")!, field switch
            {
                IHtmlInputElement input => input.Value,
                IHtmlSelectElement select => select.Value ?? "",
                IHtmlTextAreaElement area => area.Value,
                _ => "",
            });
        }
    }

    private async Task<string> ReadAsync(HttpResponseMessage response, string address)
    {
        (Status, Location, path) = (response.StatusCode, response.Headers.Location, address);
        ContentPolicy = response.Headers.TryGetValues("Content-Security-Policy", out var policy) ? policy.Single() : "";
        foreach (var set in response.Headers.TryGetValues("Set-Cookie", out var all) ? all : [])
        {
            Keep(set);
        }
        Page = await response.Content.ReadAsStringAsync();
        Document = Parser.ParseDocument(Page);
        Token = Document.QuerySelector("input[name=form]")?.GetAttribute("value") ?? Token;
        return Page;
    }

    private void Keep(string set)
    {
        Assert.Contains("httponly", set, StringComparison.OrdinalIgnoreCase);
        var pair = set.Split(';')[0].Split('=', 2);
        if (pair[0] is "assay" or "__Host-assay")
        {
            SetCookie = set;
        }
        if (pair[1].Length == 0)
        {
            Cookies.Remove(pair[0]);
        }
        else
        {
            Cookies[pair[0]] = pair[1];
        }
    }
}
