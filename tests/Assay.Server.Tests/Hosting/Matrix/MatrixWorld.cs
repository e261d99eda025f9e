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
public class MatrixWorld : IAsyncLifetime
{
    public const string Package = "@acme/x";

    private TrustWorld world = null!;
    private readonly Dictionary<string, string> parts = [];

    /// <summary>In the order of a row's answers.</summary>
    public static readonly string[] Callers = ["nobody", "stranger", "foreign admin", "reader", "writer", "owner", "administrator", "run"];

    /// <summary>Credentials that are no good any more, or not from here.</summary>
    public static readonly string[] Rejected = ["expired token", "revoked session", "wrong address"];

    /// <summary>One of an administrator that was made for something else, with all that such a token can have.</summary>
    public const string AdministratorsToken = "administrator's token";

    internal RegistryApp App => world.App;

    private Dictionary<string, string?> Tokens { get; } = [];

    public virtual async ValueTask InitializeAsync()
    {
        world = await TrustWorld.StartAsync([WebhookCalls.Loopback, "--Assay:Limits:ChangesPerAccount=0", "--Assay:Identity:FreeSignInFailures=1000"]);
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
        Tokens[AdministratorsToken] = await App.TokenAsync(world.Administrator, new JsonObject
        {
            ["packages_all"] = true,
            ["packages_and_scopes_permission"] = "read-write",
            ["orgs"] = new JsonArray("acme", "beta"),
            ["orgs_permission"] = "read-write",
            ["expires"] = 30,
        });
        Tokens["expired token"] = await App.TokenAsync(owner, Wanted("expires", JsonValue.Create(1)));
        Tokens["wrong address"] = await App.TokenAsync(owner, Wanted("cidr_whitelist", new JsonArray("203.0.113.0/24")));
        Tokens["revoked session"] = await EndedSessionAsync("owner");
        App.Clock.Advance(TimeSpan.FromDays(2));
        Tokens["run"] = await world.ExchangedAsync(world.Github(), "@run/x");
        await FillAsync(owner, writer, reader);
        foreach (var caller in Callers.Except(["nobody", "run"]))
        {
            await App.EnrolledAsync(Tokens[caller]!);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>What this caller is told: a status, <c>ok</c>, or <c>ask</c> where only the second factor is missing.</summary>
    public async Task<string> ToldAsync(string caller, string route, string? body)
    {
        using var answer = await AnswerAsync(caller, route, body);
        if (caller == "run" && route == "DELETE /-/assay/v1/oidc/token")
        {
            Tokens["run"] = await world.ExchangedAsync(world.Github(), "@run/x");
        }
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized when answer.Headers.WwwAuthenticate.ToString() == "OTP" => "ask",
            >= HttpStatusCode.OK and < HttpStatusCode.BadRequest => "ok",
            var status => ((int)status).ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>The code that this caller is refused with; null for who is not, and on pages.</summary>
    public async Task<string?> CodeAsync(string caller, string route, string? body)
    {
        using var answer = await AnswerAsync(caller, route, body);
        return answer is { StatusCode: HttpStatusCode.Forbidden, Content.Headers.ContentType.MediaType: "application/json" } ? (string?)(await answer.JsonAsync())["code"] : null;
    }

    public Task<HttpResponseMessage> AnswerAsync(string caller, string route, string? body)
    {
        var (method, path) = (route[..route.IndexOf(' ', StringComparison.Ordinal)], route[(route.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        return App.SendAsync(new HttpMethod(method), AddressOf(path), Tokens[caller], body is null ? null : RegistryApp.Json(BodyOf(body)));
    }

    /// <summary>One of everything that has a number or a key.</summary>
    private async Task FillAsync(string owner, string writer, string reader)
    {
        var stage = await (await App.PostAsync($"/-/stage/package/{TrustWorld.Escape(Package)}", writer, new TestPackage(Package, "1.5.0").Document())).ShouldBeAsync(HttpStatusCode.Created);
        var policy = await (await App.PostAsync("/-/assay/v1/policies", owner, PolicyRequest.Deny(Package))).ShouldBeAsync(HttpStatusCode.Created);
        await App.PublishedForTeamsAsync(owner, new TestPackage("@acme/frozen", "1.0.0"));
        var freeze = await (await App.PostAsync("/-/assay/v1/freezes", owner, new JsonObject { ["package"] = "@acme/frozen", ["reason"] = "because" })).ShouldBeAsync(HttpStatusCode.Created);
        var (webhook, _) = await App.WebhookAsync(owner, new Uri("http://127.0.0.1:9/hook"), ["version.*"]);
        var set = await (await App.PostAsync("/-/assay/v1/release-sets", writer, new JsonObject { ["stages"] = new JsonArray((string)stage["stageId"]!) })).ShouldBeAsync(HttpStatusCode.Created);
        var report = await (await App.PostAsync($"/-/assay/v1/package/{TrustWorld.Escape(Package)}/reports", reader, new JsonObject { ["kind"] = "other", ["text"] = "why" })).ShouldBeAsync(HttpStatusCode.Created);
        var advisory = await (await App.PostAsync("/-/assay/v1/advisories", world.Administrator, new JsonObject { ["package"] = Package, ["versions"] = "*", ["severity"] = "low", ["summary"] = "why" })).ShouldBeAsync(HttpStatusCode.Created);
        parts["/-/assay/v1/reports/"] = report["id"]!.ToString();
        parts["/-/assay/v1/advisories/"] = (string)advisory["id"]!;
        parts["/-/stage/"] = parts["/-/assay/v1/stages/"] = (string)stage["stageId"]!;
        parts["/-/assay/v1/policies/"] = parts[$"/-/package/{{package}}/trust/"] = (string)policy["id"]!;
        parts["/-/assay/v1/freezes/"] = (string)freeze["id"]!.ToString();
        parts["/-/assay/v1/webhooks/"] = $"{webhook}";
        parts["/-/assay/v1/release-sets/"] = set["id"]!.ToString();
        parts["/-/assay/v1/issuers/"] = "github";
        parts["{revision}"] = (string)(await App.PackumentAsync(owner, Package))["_rev"]!;
    }

    private string AddressOf(string path)
    {
        var id = parts.Where(part => path.StartsWith(part.Key, StringComparison.Ordinal)).Select(part => part.Value).FirstOrDefault() ?? "1";
        return new[]
        {
            // A refused exchange is told again to who publishes that package from there.
            ("{package}", TrustWorld.Escape(path.StartsWith("/-/npm/v1/oidc/", StringComparison.Ordinal) ? "@other/x" : Package)), ("{spec}", TrustWorld.Escape(Package) + "@1.0.0"), ("{versionOrTag}", "latest"), ("{version}", "1.0.0"),
            ("{file}", "x-1.0.0.tgz"), ("{revision}", parts["{revision}"]), ("{tag}", "next"), ("{organisation}", "acme"), ("{team}", "readers"), ("{scope}", "@acme"),
            ("{user}", path.StartsWith("/-/user/{user}", StringComparison.Ordinal) && !path.EndsWith("/package", StringComparison.Ordinal) ? "org.couchdb.user:owner" : "owner"),
            ("{name}", "reader"), ("{person}", "reader"), ("{provider}", "github"), ("{id}", id), ("{id:long}", id),
        }.Aggregate(path, (address, part) => address.Replace(part.Item1, part.Item2, StringComparison.Ordinal));
    }

    private async Task<string> EndedSessionAsync(string name)
    {
        var login = new JsonObject { ["name"] = name, ["password"] = RegistryApp.Password };
        var token = (string)(await (await App.PutAsync($"/-/user/org.couchdb.user:{name}", token: null, login)).ShouldBeAsync(HttpStatusCode.Created))["token"]!;
        await (await App.DeleteAsync($"/-/user/token/{token}", token)).ShouldBeAsync(HttpStatusCode.OK);
        return token;
    }

    private static JsonNode BodyOf(string body) => body switch
    {
        "PUBLISH" => new TestPackage(Package, "2.0.0").Document(),
        "STAGE" => new TestPackage(Package, "1.5.0").Document(),
        _ => JsonNode.Parse(body)!,
    };

    private static JsonObject Wanted(string restriction, JsonNode value) =>
        new() { ["name"] = restriction, ["packages_and_scopes_permission"] = "read-write", [restriction] = value };
}
