using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Hosting;

/// <summary>What a server sends to a collector, and what never leaves it.</summary>
public sealed class TelemetryTests
{
    private const string Secret = "the-collectors-own-secret";

    [Fact]
    public async Task Without_an_endpoint_nothing_of_it_is_even_loaded()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProgram.ServeAsync(folder.Path);

        Assert.Contains(server.LoadedFiles(), file => file.EndsWith("/Assay.Npm.dll", StringComparison.Ordinal));
        Assert.DoesNotContain(server.LoadedFiles(), file => file.Contains("OpenTelemetry", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_collector_gets_measurements_and_traces_by_route_and_never_a_token_or_a_name()
    {
        using var folder = new TemporaryFolder();
        await using var collector = await OtlpReceiver.StartAsync();
        await File.WriteAllTextAsync(folder.In("headers"), $"Authorization: Bearer {Secret}\n");
        File.SetUnixFileMode(folder.In("headers"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using var server = await ServerProgram.ServeAsync(
            folder.In("data"), null, $"--Assay:Telemetry:OtlpEndpoint={collector.Url}", "--Assay:Telemetry:Protocol=Http", "--Assay:Telemetry:ServiceName=assay-under-test",
            "--Assay:Telemetry:TraceRatio=1", "--Assay:Telemetry:MetricsSeconds=1", $"--Assay:Telemetry:HeadersFile={folder.In("headers")}");
        var token = await SignedInAsync(server);

        await SendAsync(server, HttpMethod.Get, "/acme-private-name?write=acme-private-query", token);
        await SendAsync(server, HttpMethod.Get, "/-/login/acme-private-page", token);
        await SendAsync(server, HttpMethod.Delete, $"/-/user/token/{token}", token);
        // An export carries what there was by then; a later one carries the rest.
        await Eventually.HoldsAsync(() => Has(collector, "/v1/traces", "/-/user/token/{token}", "GET /{package}", "assay.commit.group.size"));
        await Eventually.HoldsAsync(() => Has(collector, "/v1/metrics", "assay.log.size", "http.server.request.duration"));

        Assert.All(collector.Exports, export => Assert.Equal(($"Bearer {Secret}", "application/x-protobuf"), (export.Authorization, export.ContentType)));
        Assert.All(collector.Exports, export => Assert.Contains("assay-under-test", export.Text, StringComparison.Ordinal));
        Assert.All(collector.Exports, export => Assert.All(
            [token, token["npm_".Length..], "acme-private", "alice", RegistryApp.Password, Secret],
            secret => Assert.DoesNotContain(secret, export.Text, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_headers_file_that_others_may_read_is_refused_and_not_repeated()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("headers"), Secret);
        File.SetUnixFileMode(folder.In("headers"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var open = await StartAsync(folder);
        File.SetUnixFileMode(folder.In("headers"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var noHeader = await StartAsync(folder);

        Assert.Contains("chmod 600", open.Error, StringComparison.Ordinal);
        Assert.Contains("Assay:Telemetry:HeadersFile", noHeader.Error, StringComparison.Ordinal);
        Assert.All([open, noHeader], ended =>
        {
            Assert.Equal(1, ended.ExitCode);
            Assert.DoesNotContain(Secret, ended.Error + ended.Output, StringComparison.Ordinal);
        });
    }

    private static bool Has(OtlpReceiver collector, string path, params string[] texts) =>
        texts.All(text => collector.All(path).Contains(text, StringComparison.Ordinal));

    private static Task<Ended> StartAsync(TemporaryFolder folder) => ServerProgram.RunAsync(
        ["--data", folder.In("data"), "--urls", $"http://localhost:{FreePort.Next()}", "--Assay:Telemetry:OtlpEndpoint=http://localhost:4317", $"--Assay:Telemetry:HeadersFile={folder.In("headers")}"]);

    private static async Task<string> SignedInAsync(ServerProgram server)
    {
        await ServerProgram.RunAsync(["admin", "user", "add", "alice", "--email", "alice@example.test", "--password-stdin", "--data", server.Data], RegistryApp.Password);
        using var answer = await SendAsync(
            server, HttpMethod.Put, "/-/user/org.couchdb.user:alice", token: null, new JsonObject { ["name"] = "alice", ["password"] = RegistryApp.Password });
        return (string)(await answer.JsonAsync())["token"]!;
    }

    private static async Task<HttpResponseMessage> SendAsync(ServerProgram server, HttpMethod method, string path, string? token, JsonNode? body = null)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(method, new Uri(server.Url, path)) { Content = body is null ? null : RegistryApp.Json(body) };
        request.Headers.TryAddWithoutValidation("Authorization", token is null ? null : $"Bearer {token}");
        var response = await client.SendAsync(request, CancellationToken.None);
        await response.Content.LoadIntoBufferAsync();
        return response;
    }
}
