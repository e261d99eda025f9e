using System.Net;
using System.Text.RegularExpressions;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Identity.SingleSignOn;

/// <summary>A browser that keeps every cookie by its name.</summary>
internal sealed partial class TwoCookies(RegistryApp app)
{
    public Dictionary<string, string> Cookies { get; } = [];

    public HttpStatusCode Status { get; private set; }

    public string Page { get; private set; } = "";

    public Uri? Location { get; private set; }

    public async Task<string> OpenAsync(string path)
    {
        using var response = await app.GetAsync(path, headers: headers => headers.TryAddWithoutValidation("Cookie", Header));
        return await ReadAsync(response);
    }

    /// <summary>Sends the page's form with this action (its only one when none has it) with the values over its hidden ones.</summary>
    public Task<string> SubmitAsync(string path, params (string Name, string Value)[] values)
    {
        var forms = FormPattern().Matches(Page);
        Assert.True(forms.Count > 0, $"There is no form on this page ({Status}):\n{Page}");
        var form = forms.FirstOrDefault(match => match.Groups["tag"].Value.Contains($"\"{path}\"", StringComparison.Ordinal)) ?? forms[0];
        var hidden = HiddenPattern().Matches(form.Groups["body"].Value).Select(match => (match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value)));
        return PostAsync(path, [.. hidden.Where(field => !values.Any(value => value.Name == field.Item1)), .. values]);
    }

    public async Task<string> PostAsync(string path, params (string Name, string Value)[] values)
    {
        using var body = new FormUrlEncodedContent(values.Select(value => KeyValuePair.Create(value.Name, value.Value)));
        using var response = await app.SendAsync(HttpMethod.Post, path, content: body, headers: headers => headers.TryAddWithoutValidation("Cookie", Header));
        return await ReadAsync(response);
    }

    public async Task SignInAsync(string name)
    {
        await OpenAsync("/-/account");
        await PostAsync("/-/account/sign-in", ("name", name), ("password", RegistryApp.Password));
        await OpenAsync("/-/account");
    }

    private string Header => string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));

    private async Task<string> ReadAsync(HttpResponseMessage response)
    {
        (Status, Location) = (response.StatusCode, response.Headers.Location);
        foreach (var set in response.Headers.TryGetValues("Set-Cookie", out var all) ? all : [])
        {
            var pair = set.Split(';')[0].Split('=', 2);
            Assert.Contains("httponly", set, StringComparison.OrdinalIgnoreCase);
            Cookies[pair[0]] = pair[1];
        }
        return Page = await response.Content.ReadAsStringAsync();
    }

    [GeneratedRegex("<form(?<tag>[^>]*)>(?<body>.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex FormPattern();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\"(?: value=\"([^\"]*)\")?>")]
    private static partial Regex HiddenPattern();
}
