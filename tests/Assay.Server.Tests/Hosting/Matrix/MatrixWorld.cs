using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Notifications;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.Hosting.Matrix;

/// <summary>
/// One registry with one of everything and one of everybody. All people have a second factor that nobody gives, so an act that somebody may do is asked for and not
/// done, and one world serves every row.
/// </summary>
public sealed class MatrixWorld : IAsyncLifetime
{
    public const string Package = "@acme/x";

    private TrustWorld world = null!;
    private string revision = null!;

    /// <summary>In the order of a row's answers.</summary>
    public static readonly string[] Callers = ["nobody", "stranger", "foreign admin", "reader", "writer", "owner", "administrator", "run"];

    /// <summary>Credentials that are no good any more, or not from here.</summary>
    public static readonly string[] Rejected = ["expired token", "revoked session", "wrong address"];

    internal RegistryApp App => world.App;

    private Dictionary<string, string?> Tokens { get; } = [];

    public async ValueTask InitializeAsync()
    {
        world = await TrustWorld.StartAsync([WebhookCalls.Loopback, "--Assay:Limits:ChangesPerAccount=0"]);
        var owner = await App.SignedInAsync("owner");
        await App.OrganisationAsync("acme", "owner");
        var reader = await App.MemberAsync(owner, "acme", "reader");
        var writer = await App.MemberAsync(owner, "acme", "writer");
        await App.TeamAsync(owner, "acme", "readers", "reader");
        await App.TeamAsync(owner, "acme", "writers", "writer");
        var foreign = await App.SignedInAsync("foreign");
        await App.OrganisationAsync("beta", "foreign");
        await App.PublishedForTeamsAsync(owner, new TestPackage(Package, "1.0.0"));
        await App.GrantedAsync(owner, "acme", "readers", Package, "read-only");
        await App.GrantedAsync(owner, "acme", "writers", Package, "read-write");
        await world.TrustGithubAsync("@run/x");
        Tokens["nobody"] = null;
        Tokens["stranger"] = await App.SignedInAsync("stranger");
        Tokens["foreign admin"] = foreign;
        Tokens["reader"] = reader;
        Tokens["writer"] = writer;
        Tokens["owner"] = owner;
        Tokens["administrator"] = world.Administrator;
        Tokens["expired token"] = await App.TokenAsync(owner, Wanted("expires", JsonValue.Create(1)));
        Tokens["wrong address"] = await App.TokenAsync(owner, Wanted("cidr_whitelist", new JsonArray("203.0.113.0/24")));
        Tokens["revoked session"] = await EndedSessionAsync("owner");
        App.Clock.Advance(TimeSpan.FromDays(2));
        Tokens["run"] = await world.ExchangedAsync(world.Github(), "@run/x");
        revision = (string)(await App.PackumentAsync(owner, Package))["_rev"]!;
        foreach (var caller in Callers.Except(["nobody", "run"]))
        {
            await App.EnrolledAsync(Tokens[caller]!);
        }
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    /// <summary>What this caller is told: a status, <c>ok</c>, or <c>ask</c> where only the second factor is missing.</summary>
    public async Task<string> ToldAsync(string caller, string route, string? body)
    {
        var (method, path) = (route[..route.IndexOf(' ', StringComparison.Ordinal)], route[(route.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        var address = path
            .Replace("{package}", TrustWorld.Escape(Package), StringComparison.Ordinal)
            .Replace("{spec}", TrustWorld.Escape(Package) + "@1.0.0", StringComparison.Ordinal)
            .Replace("{versionOrTag}", "latest", StringComparison.Ordinal)
            .Replace("{version}", "1.0.0", StringComparison.Ordinal)
            .Replace("{file}", "x-1.0.0.tgz", StringComparison.Ordinal)
            .Replace("{revision}", revision, StringComparison.Ordinal)
            .Replace("{tag}", "next", StringComparison.Ordinal)
            .Replace("{organisation}", "acme", StringComparison.Ordinal)
            .Replace("{team}", "readers", StringComparison.Ordinal)
            .Replace("{scope}", "@acme", StringComparison.Ordinal);
        using var answer = await App.SendAsync(new HttpMethod(method), address, Tokens[caller], body is null ? null : RegistryApp.Json(BodyOf(body)));
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized when answer.Headers.WwwAuthenticate.ToString() == "OTP" => "ask",
            >= HttpStatusCode.OK and < HttpStatusCode.BadRequest => "ok",
            var status => ((int)status).ToString(CultureInfo.InvariantCulture),
        };
    }

    private async Task<string> EndedSessionAsync(string name)
    {
        var login = new JsonObject { ["name"] = name, ["password"] = RegistryApp.Password };
        var token = (string)(await (await App.PutAsync($"/-/user/org.couchdb.user:{name}", token: null, login)).ShouldBeAsync(HttpStatusCode.Created))["token"]!;
        await (await App.DeleteAsync($"/-/user/token/{token}", token)).ShouldBeAsync(HttpStatusCode.OK);
        return token;
    }

    private static JsonNode BodyOf(string body) => body == "PUBLISH" ? new TestPackage(Package, "2.0.0").Document() : JsonNode.Parse(body)!;

    private static JsonObject Wanted(string restriction, JsonNode value) =>
        new() { ["name"] = restriction, ["packages_and_scopes_permission"] = "read-write", [restriction] = value };
}
