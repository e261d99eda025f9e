using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Notifications;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Identity.SecondFactors;

/// <summary>Changes of who may do what: each is asked for where it would be done, and refused without a question where it would not.</summary>
public sealed class ActsOfPeopleTests : IAsyncLifetime
{
    private RegistryApp app = null!;
    private string root = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync([WebhookCalls.Loopback]);
        root = await app.SignedInAsync("root", isAdministrator: true);
        await app.SignedInAsync("bob");
        await app.OrganisationAsync("acme", "root");
        await app.MemberAsync(root, "acme", "dev");
        await app.TeamAsync(root, "acme", "core", "dev");
        await app.PublishedAsync(root, new TestPackage("@acme/x", "1.0.0"));
        await app.GrantedAsync(root, "acme", "core", "@acme/x", "read-only");
        await app.WebhookAsync(root, new Uri("http://127.0.0.1:9/hook"), ["*"]);
        await app.PutAsync("/-/package/@acme%2fx/dist-tags/next", root, JsonValue.Create("1.0.0"));
        await app.EnrolledAsync(root);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    public static TheoryData<string, string, string?> Allowed => new()
    {
        { "PUT", "/-/org/acme/user", """{"user":"bob","role":"developer"}""" },
        { "DELETE", "/-/org/acme/user", """{"user":"dev"}""" },
        { "PUT", "/-/org/acme/team", """{"name":"docs"}""" },
        { "DELETE", "/-/team/acme/core", null },
        { "PUT", "/-/team/acme/core/user", """{"user":"root"}""" },
        { "DELETE", "/-/team/acme/core/user", """{"user":"dev"}""" },
        { "PUT", "/-/team/acme/core/package", """{"package":"@acme/x","permissions":"read-write"}""" },
        { "DELETE", "/-/team/acme/core/package", """{"package":"@acme/x"}""" },
        { "PUT", "/-/package/@acme%2fx/owners", """{"user":"dev"}""" },
        { "DELETE", "/-/package/@acme%2fx/owners/root", null },
        { "POST", "/-/package/@acme%2fx/access", """{"access":"teams"}""" },
        { "PUT", "/-/assay/v1/orgs/beta", """{"owner":"bob"}""" },
        { "PUT", "/-/assay/v1/orgs/acme/scopes/@beta", null },
        { "PUT", "/-/assay/v1/scopes/@acme", """{"readers":"teams"}""" },
        { "POST", "/-/assay/v1/webhooks", """{"url":"http://127.0.0.1:9/other","events":["*"]}""" },
        { "POST", "/-/assay/v1/webhooks/1/rotate", null },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public async Task What_would_be_done_is_asked_for(string method, string path, string? body)
    {
        var events = await app.ReadAsync(db => db.AuditEvents.CountAsync());

        var asked = await SendAsync(method, path, body);

        await asked.ShouldAskAsync();
        Assert.Equal(events, await app.ReadAsync(db => db.AuditEvents.CountAsync()));
    }

    public static TheoryData<string, string, string?, HttpStatusCode, string> Refused => new()
    {
        { "PUT", "/-/org/acme/user", """{"user":"nobody","role":"developer"}""", HttpStatusCode.NotFound, "person-not-found" },
        { "DELETE", "/-/org/acme/user", """{"user":"bob"}""", HttpStatusCode.NotFound, "not-a-member" },
        { "DELETE", "/-/org/acme/user", """{"user":"root"}""", HttpStatusCode.Conflict, "last-owner" },
        { "PUT", "/-/org/acme/team", """{"name":"core"}""", HttpStatusCode.Conflict, "team-exists" },
        { "DELETE", "/-/team/acme/none", null, HttpStatusCode.NotFound, "team-not-found" },
        { "PUT", "/-/team/acme/core/user", """{"user":"bob"}""", HttpStatusCode.NotFound, "not-a-member" },
        { "DELETE", "/-/team/acme/core/user", """{"user":"bob"}""", HttpStatusCode.NotFound, "not-a-member" },
        { "PUT", "/-/team/acme/core/package", """{"package":"@acme/none","permissions":"read-write"}""", HttpStatusCode.NotFound, "not-found" },
        { "DELETE", "/-/team/acme/core/package", """{"package":"@acme"}""", HttpStatusCode.NotFound, "grant-not-found" },
        { "PUT", "/-/package/@acme%2fx/owners", """{"user":"nobody"}""", HttpStatusCode.NotFound, "person-not-found" },
        { "DELETE", "/-/package/@acme%2fnone/owners/root", null, HttpStatusCode.NotFound, "not-found" },
        { "POST", "/-/package/@acme%2fnone/access", """{"access":"public"}""", HttpStatusCode.NotFound, "not-found" },
        { "PUT", "/-/assay/v1/orgs/acme", """{"owner":"bob"}""", HttpStatusCode.Conflict, "scope-taken" },
        { "PUT", "/-/assay/v1/orgs/none/scopes/@beta", null, HttpStatusCode.NotFound, "organisation-not-found" },
        { "POST", "/-/assay/v1/webhooks/2/rotate", null, HttpStatusCode.NotFound, "webhook-not-found" },
        { "PUT", "/-/package/@acme%2fx/dist-tags/next", "\"9.9.9\"", HttpStatusCode.NotFound, "version-not-found" },
        { "DELETE", "/-/package/@acme%2fx/dist-tags/none", null, HttpStatusCode.NotFound, "tag-not-found" },
        { "PUT", "/@acme%2fx/-rev/1-0", """{"name":"@acme/x","versions":{}}""", HttpStatusCode.Conflict, "stale-revision" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_would_not_be_done_is_refused_without_a_question(string method, string path, string? body, HttpStatusCode status, string code)
    {
        var refused = await SendAsync(method, path, body);

        await refused.ShouldBeRefusedAsync(status, code);
    }

    private Task<HttpResponseMessage> SendAsync(string method, string path, string? body) =>
        app.WithCodeAsync(HttpMethod.Parse(method), path, root, code: null, body is null ? null : JsonNode.Parse(body));
}
