using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

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
        return SendAsync(TargetOf(form), [.. Fields(form).Where(field => !values.Any(value => value.Name == field.Name)), .. values]);
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
