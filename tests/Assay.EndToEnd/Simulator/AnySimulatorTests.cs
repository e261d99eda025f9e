using System.Net.Sockets;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Simulator;

/// <summary>Issuers of any claims, and the ways in which jobs of other CI systems come by their tokens.</summary>
public sealed class AnySimulatorTests : IAsyncLifetime
{
    private readonly SimulatorClient client = new();
    private readonly TemporaryFolder folder = new();
    private CiSimulatorHost ci = null!;

    /// <summary>CI system, the variable with its door, the door's query, its header, the member of the answer (none: plain text).</summary>
    public static TheoryData<string, string, string, string, string?> Doors => new()
    {
        { "forgejo", "ACTIONS_ID_TOKEN_REQUEST_URL", "&audience=npm:a.example", "Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN", "value" },
        { "depot", "ACTIONS_ID_TOKEN_REQUEST_URL", "&audience=npm:a.example", "Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN", "value" },
        { "codefresh", "CF_OIDC_REQUEST_URL", "?audience=npm:a.example", "Authorization: $CF_OIDC_REQUEST_TOKEN", "id_token" },
        {
            "google", "GCE_METADATA_HOST", "/computeMetadata/v1/instance/service-accounts/default/identity?audience=npm:a.example",
            "Metadata-Flavor: Google", null
        },
    };

    [Fact]
    public async Task Every_name_is_an_issuer_that_signs_the_claims_it_is_given()
    {
        var token = new IssuedToken(ci.MintFor("acme-ci", new JsonObject { ["project"] = "hello", ["build"] = 7 }, "npm:a.example"));

        Assert.True(token.IsSignedBy(await client.DiscoverKeysAsync(ci.IssuerOf("acme-ci"))));
        Assert.Equal(ci.IssuerOf("acme-ci").OriginalString, token["iss"]);
        Assert.Equal("npm:a.example", token["aud"]);
        Assert.Equal("hello", token["project"]);
        Assert.Equal("Number", token.Claims["build"]!.GetValueKind().ToString());
        Assert.Equal(300, token.Time("exp") - token.Time("iat"));
        Assert.NotNull(token["jti"]);
    }

    [Fact]
    public void What_is_given_or_taken_away_is_not_filled_in()
    {
        var token = new IssuedToken(ci.MintFor("acme-ci", new JsonObject
        {
            ["iss"] = "https://agent.buildkite.com",
            ["aud"] = new JsonArray("npm:a.example"),
            ["exp"] = 4102444800,
            ["jti"] = null,
            ["nbf"] = null,
        }));

        Assert.Equal("https://agent.buildkite.com", token["iss"]);
        Assert.Equal("""["npm:a.example"]""", token.Claims["aud"]!.ToJsonString());
        Assert.Equal(4102444800, token.Time("exp"));
        Assert.False(token.Claims.ContainsKey("jti"));
        Assert.False(token.Claims.ContainsKey("nbf"));
    }

    [Fact]
    public async Task The_keys_of_one_issuer_are_not_those_of_another()
    {
        var token = new IssuedToken(ci.MintFor("acme-ci", []));

        Assert.False(token.IsSignedBy(await client.DiscoverKeysAsync(ci.IssuerOf("other-ci"))));
    }

    [Fact]
    public async Task A_token_can_be_signed_with_an_elliptic_curve()
    {
        var token = new IssuedToken(ci.MintFor("acme-ci", [], algorithm: "ES256"));

        Assert.Equal("ES256", (string?)token.Header["alg"]);
        Assert.True(token.IsSignedBy(await client.DiscoverKeysAsync(ci.IssuerOf("acme-ci"))));
        Assert.True(token.IsSignedBy(JsonNode.Parse(ci.KeysOf("acme-ci"))!["keys"]!.AsArray()));
    }

    [Fact]
    public async Task Rotation_is_for_these_issuers_too()
    {
        var before = new IssuedToken(ci.MintFor("acme-ci", []));

        ci.RotateKeys(keepOlder: false);

        Assert.False(before.IsSignedBy(await client.DiscoverKeysAsync(ci.IssuerOf("acme-ci"))));
        Assert.True(new IssuedToken(ci.MintFor("acme-ci", [])).IsSignedBy(await client.DiscoverKeysAsync(ci.IssuerOf("acme-ci"))));
    }

    [Fact]
    public async Task A_token_is_also_had_by_http()
    {
        var answer = await SendAsync(HttpMethod.Post, $"{ci.IssuerOf("acme-ci")}/token", """{"claims":{"project":"hello"},"aud":["npm:a.example"],"alg":"ES256"}""");

        var token = new IssuedToken((string)JsonNode.Parse(answer)!["token"]!);

        Assert.Equal("hello", token["project"]);
        Assert.Equal("""["npm:a.example"]""", token.Claims["aud"]!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task A_job_asks_at_its_door_and_names_the_audience(string name, string variable, string query, string header, string? member)
    {
        var job = ci.StartAny(name, new JsonObject { ["project"] = "hello" });
        var url = (job[variable].StartsWith("http", StringComparison.Ordinal) ? "" : "http://") + job[variable] + query;

        var answer = await SendAsync(HttpMethod.Get, url, body: null, Filled(header, job));
        var token = new IssuedToken(member is null ? answer : (string)JsonNode.Parse(answer)![member]!);

        Assert.Equal("npm:a.example", token["aud"]);
        Assert.Equal("hello", token["project"]);
        Assert.True(token.IsSignedBy(await client.DiscoverKeysAsync(ci.IssuerOf(name))));
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(HttpMethod.Get, url, body: null, header.Split(':')[0] + ": somebody else"));
    }

    [Fact]
    public async Task Azure_devops_gives_the_one_audience_it_has()
    {
        var job = ci.StartAny("azure-devops", new JsonObject { ["def_id"] = "1" });

        var answer = await SendAsync(
            HttpMethod.Post, $"{job["SYSTEM_OIDCREQUESTURI"]}?api-version=7.1", body: "", $"Authorization: Bearer {job["SYSTEM_ACCESSTOKEN"]}");

        Assert.Equal("api://AzureADTokenExchange", new IssuedToken((string)JsonNode.Parse(answer)!["oidcToken"]!)["aud"]);
    }

    [Theory]
    [InlineData("bitbucket", "BITBUCKET_STEP_OIDC_TOKEN")]
    [InlineData("semaphore", "SEMAPHORE_OIDC_TOKEN")]
    [InlineData("spacelift", "SPACELIFT_OIDC_TOKEN")]
    [InlineData("terraform", "TFC_WORKLOAD_IDENTITY_TOKEN")]
    [InlineData("nobody-knows-it", "NPM_ID_TOKEN")]
    public void Some_jobs_find_their_token_ready_made(string name, string variable)
    {
        var job = ci.StartAny(name, [], "npm:a.example");

        Assert.Equal("npm:a.example", new IssuedToken(job[variable])["aud"]);
    }

    [Fact]
    public async Task A_fly_machine_asks_at_its_socket()
    {
        ci.StartAny("flyio", new JsonObject { ["app_name"] = "release-bot" });

        var answer = await SendAsync(HttpMethod.Post, "http://localhost/v1/tokens/oidc", """{"aud":"npm:a.example"}""", socket: Socket);

        var token = new IssuedToken(answer);
        Assert.Equal("npm:a.example", token["aud"]);
        Assert.Equal("release-bot", token["app_name"]);
    }

    public async ValueTask InitializeAsync() =>
        ci = await CiSimulatorHost.StartAsync(new CiSimulatorOptions { UnixSocket = Socket }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await ci.DisposeAsync();
        folder.Dispose();
    }

    private string Socket => Path.Combine(folder.Path, "fly.sock");

    private static string Filled(string header, IReadOnlyDictionary<string, string> job) =>
        job.Aggregate(header, (text, variable) => text.Replace($"${variable.Key}", variable.Value, StringComparison.Ordinal));

    private static async Task<string> SendAsync(HttpMethod method, string url, string? body, string? header = null, string? socket = null)
    {
        using var handler = new SocketsHttpHandler();
        handler.ConnectCallback = socket is null ? null : async (_, stop) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), stop);

            return new NetworkStream(connection, ownsSocket: true);
        };
#pragma warning disable RS0030 // The simulator listens on loopback; the guarded fetch belongs to the server.
        using var http = new HttpClient(handler);
#pragma warning restore RS0030
        using var request = new HttpRequestMessage(method, url) { Content = body is null ? null : new StringContent(body) };

        if (header?.Split(": ", 2) is [var name, var value])
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
