using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Notifications;

/// <summary>What tests of webhooks do again and again.</summary>
internal static class WebhookCalls
{
    public const string Path = "/-/assay/v1/webhooks";

    public const string Loopback = "--Assay:Webhooks:AllowLoopbackHttp=true";

    public static Task<HttpResponseMessage> CreateWebhookAsync(this RegistryApp app, string token, Uri url, string[] events, params string[] packages) =>
        app.PostAsync(Path, token, new JsonObject
        {
            ["url"] = url.AbsoluteUri,
            ["events"] = new JsonArray([.. events.Select(name => JsonValue.Create(name))]),
            ["packages"] = new JsonArray([.. packages.Select(name => JsonValue.Create(name))]),
        });

    /// <summary>One that must be made: its id and its secret.</summary>
    public static async Task<(long Id, string Secret)> WebhookAsync(this RegistryApp app, string token, Uri url, string[] events, params string[] packages)
    {
        var created = await (await app.CreateWebhookAsync(token, url, events, packages)).ShouldBeAsync(HttpStatusCode.Created);
        return ((long)created["id"]!, (string)created["secret"]!);
    }

    public static async Task<IReadOnlyList<JsonObject>> DeliveriesAsync(this RegistryApp app, string token, long id) =>
        [.. (await (await app.GetAsync($"{Path}/{id}/deliveries", token)).ShouldBeAsync(HttpStatusCode.OK))["deliveries"]!.AsArray().Select(each => each!.AsObject())];

    public static async Task<JsonObject> ShownWebhookAsync(this RegistryApp app, string token, long id) =>
        (await (await app.GetAsync(Path, token)).ShouldBeAsync(HttpStatusCode.OK))["webhooks"]!.AsArray().Select(each => each!.AsObject()).Single(each => (long)each["id"]! == id);

    public static Task<HttpResponseMessage> ToWebhookAsync(this RegistryApp app, string token, long id, string act) => app.PostAsync($"{Path}/{id}/{act}", token, null);
}
