using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Identity.SecondFactors;

/// <summary>Somebody with a passkey, and how npm and their browser use it.</summary>
internal sealed partial record PasskeyHolder(RegistryApp App, string Token, TestPasskey Passkey, string Id)
{
    /// <summary>Adds one in the browser; with codes on already, a code of them is given for it.</summary>
    public static async Task<PasskeyHolder> AddAsync(RegistryApp app, string name, string token, TestFactor? codes = null)
    {
        var browser = new Browser(app);
        await browser.SignInAsync(name, codes?.NextCode());
        await browser.OpenAsync("/-/account/factors");
        var passkey = new TestPasskey(app.Url);
        await browser.SubmitAsync(
            "AddPasskey", ("name", "laptop"), ("password", RegistryApp.Password), ("factor", codes?.NextCode() ?? ""),
            ("made", passkey.Make(browser.Options("AddPasskey", "make"))));
        var id = await app.ReadAsync(db => db.People.Where(row => row.Name == name).Select(row => row.Id).SingleAsync());
        Assert.Equal(1, await app.ReadAsync(db => db.Passkeys.CountAsync(row => row.PersonId == id)));
        return new PasskeyHolder(app, token, passkey, $"{id}");
    }

    /// <summary>The act, confirmed on the page with the passkey.</summary>
    public async Task<HttpResponseMessage> DoAsync(HttpMethod method, string path, JsonNode? body = null) =>
        await App.WithCodeAsync(method, path, Token, await ConfirmedAsync(await AskAsync(method, path, body)), body);

    public async Task<WebQuestion> AskAsync(HttpMethod method, string path, JsonNode? body = null)
    {
        using var asked = await App.SendAsync(method, path, Token, body is null ? null : RegistryApp.Json(body), headers => headers.Add("npm-auth-type", "web"));
        return await WebQuestion.ReadAsync(asked);
    }

    public async Task<string> ConfirmedAsync(WebQuestion question)
    {
        var page = new Browser(App);
        await page.OpenAsync(question.Page);
        Assert.Contains("You can close this page", await page.SubmitAsync("", ("code", question.Code), ("passkey", Passkey.Use(page.Options("", "use"), Id))));
        return await question.CollectAsync(App);
    }
}

/// <summary>What npm was told of the page on which it waits for a person.</summary>
internal sealed partial record WebQuestion(string Page, string Done, string Code, string Text)
{
    public static async Task<WebQuestion> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.ShouldBeAsync(HttpStatusCode.Unauthorized);
        return new WebQuestion(
            new Uri((string)body["authUrl"]!).PathAndQuery, new Uri((string)body["doneUrl"]!).PathAndQuery, CodePattern().Match(response.Notice()).Value, (string)body["error"]!);
    }

    public async Task<string> CollectAsync(RegistryApp app) => (string)(await (await app.GetAsync(Done)).ShouldBeAsync(HttpStatusCode.OK))["token"]!;

    [GeneratedRegex("[A-Z0-9]{4}-[A-Z0-9]{4}")]
    private static partial Regex CodePattern();
}
