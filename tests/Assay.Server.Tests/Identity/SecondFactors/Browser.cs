using System.Net;
using System.Text.RegularExpressions;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Identity.SecondFactors;

/// <summary>A browser at the pages: it keeps the cookie, and sends a form with what is in its hidden fields.</summary>
internal sealed partial class Browser(RegistryApp app)
{
    public string? Cookie { get; set; }

    public string SetCookie { get; private set; } = "";

    public HttpStatusCode Status { get; private set; }

    public string Page { get; private set; } = "";

    public string ContentPolicy { get; private set; } = "";

    public async Task<string> OpenAsync(string path)
    {
        using var response = await app.GetAsync(path, headers: headers => headers.TryAddWithoutValidation("Cookie", Cookie));
        return await ReadAsync(response);
    }

    /// <summary>Sends the form whose action ends so (the page's only one when empty), with the given values over the hidden ones.</summary>
    public async Task<string> SubmitAsync(string path, string action, params (string Name, string Value)[] values)
    {
        var fields = Form(action).Hidden;
        foreach (var (name, value) in values)
        {
            fields[name] = value;
        }
        using var response = await app.SendAsync(HttpMethod.Post, path, content: new FormUrlEncodedContent(fields), headers: headers => headers.TryAddWithoutValidation("Cookie", Cookie));
        return await ReadAsync(response);
    }

    /// <summary>What the script reads.</summary>
    public string Options(string action, string attribute) =>
        WebUtility.HtmlDecode(Regex.Match(Form(action).Tag, $"data-{attribute}=\"([^\"]+)\"").Groups[1].Value);

    public async Task<string> SignInAsync(string name, string? code = null, string password = RegistryApp.Password)
    {
        await OpenAsync("/-/account");
        var page = await SubmitAsync("/-/account/sign-in", "sign-in", ("name", name), ("password", password), ("factor", code ?? ""));
        return Status == HttpStatusCode.Found ? await OpenAsync("/-/account") : page;
    }

    private (string Tag, Dictionary<string, string> Hidden) Form(string action)
    {
        var form = FormPattern().Matches(Page).FirstOrDefault(match => action.Length == 0 || match.Groups["tag"].Value.Contains($"/{action}\"", StringComparison.Ordinal));
        Assert.True(form is not null, $"There is no form {action} on this page ({Status}):\n{Page}");
        var hidden = HiddenPattern().Matches(form.Groups["body"].Value)
            .ToDictionary(match => match.Groups[1].Value, match => WebUtility.HtmlDecode(match.Groups[2].Value));
        return (form.Groups["tag"].Value, hidden);
    }

    private async Task<string> ReadAsync(HttpResponseMessage response)
    {
        Status = response.StatusCode;
        ContentPolicy = response.Headers.TryGetValues("Content-Security-Policy", out var policy) ? policy.Single() : "";
        if (response.Headers.TryGetValues("Set-Cookie", out var set))
        {
            SetCookie = set.Single();
            Cookie = SetCookie.Split(';')[0];
        }
        return Page = await response.Content.ReadAsStringAsync();
    }

    [GeneratedRegex("<form(?<tag>[^>]*)>(?<body>.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex FormPattern();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\"(?: value=\"([^\"]*)\")?>")]
    private static partial Regex HiddenPattern();
}
