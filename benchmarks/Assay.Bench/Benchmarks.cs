using System.Text.Json.Nodes;
using Assay.CiSimulator;

namespace Assay.Bench;

/// <summary>How much to measure.</summary>
internal sealed record Effort(int Rounds, TimeSpan Reading, TimeSpan Writing, int Exchanges, int Publishes, int Starts)
{
    public static Effort Full { get; } = new(
        Rounds: 5, Reading: TimeSpan.FromSeconds(5), Writing: TimeSpan.FromSeconds(3), Exchanges: 12_000, Publishes: 4_000, Starts: 7);

    /// <summary>Just enough to see that the benchmarks still run.</summary>
    public static Effort Smoke { get; } = new(
        Rounds: 1, Reading: TimeSpan.FromSeconds(1), Writing: TimeSpan.FromSeconds(1), Exchanges: 6_000, Publishes: 2_000, Starts: 1);
}

/// <summary>Measures a published server against the yardstick, everything on loopback.</summary>
internal sealed class Benchmarks(string program, Effort effort, string folder)
{
    private const int Connections = 32;
    private const int Publishers = 8;
    private const int VersionsOfPackument = 100;

    public async Task RunAsync(TextWriter output)
    {
        var starts = await StartsAsync();
        await using var ci = await CiSimulatorHost.StartAsync();
        var (server, _) = await AssayServer.StartAsync(program);
        await using var running = server;
        var idle = server.Megabytes;
        await FurnishAsync(server, ci);

        var packument = await server.ReadAsync(HttpMethod.Get, "@bench%2fread", headers: headers =>
        {
            headers.TryAddWithoutValidation("accept", Abbreviated);
            headers.TryAddWithoutValidation("accept-encoding", "gzip");
        });
        var tarball = await server.ReadAsync(HttpMethod.Get, "@bench/read/-/read-1.0.0.tgz");
        var port = AssayServer.FreePort();
        await using var bare = await BareServer.StartAsync(port, packument, tarball, await JwksAsync(server, ci), folder);
        var bareUrl = new Uri($"http://127.0.0.1:{port}/");

        output.WriteLine($"packument: {VersionsOfPackument} versions, {packument.Length} bytes gzip; tarball: {tarball.Length} bytes; {Connections} connections, {Publishers} for publishes");
        output.WriteLine($"{"",-44} {"Assay",13} {"bare Kestrel",13} {"ratio",8}");
        output.WriteLine(await PackumentAsync(server, bareUrl));
        output.WriteLine(await TarballAsync(server, bareUrl));
        output.WriteLine(await ExchangeAsync(server, ci, bareUrl));
        output.WriteLine(await PublishAsync(server, bareUrl));
        output.WriteLine($"{"start to first answer",-44} {Row.Median(starts),10:0} ms");
        output.WriteLine($"{"memory idle / after load",-44} {idle,10:0} MB {server.Megabytes,10:0} MB");
    }

    private const string Abbreviated = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*";

    /// <summary>On a data directory that exists, as after a restart.</summary>
    private async Task<List<double>> StartsAsync()
    {
        var starts = new List<double>();
        for (var round = 0; round < effort.Starts; round++)
        {
            var (server, took) = await AssayServer.StartAsync(program);
            await server.DisposeAsync();
            starts.Add(took.TotalMilliseconds);
        }
        return starts;
    }

    private static async Task FurnishAsync(AssayServer server, CiSimulatorHost ci)
    {
        await server.SignInAsync();
        await server.AdminAsync("", "issuer", "add", "github", "--provider", "github", "--issuer", ci.Github.OriginalString, "--insecure-http", "--names", "*");
        for (var version = 0; version < VersionsOfPackument; version++)
        {
            await server.SendAsync(HttpMethod.Put, "@bench%2fread", SampleVersions.Document("@bench/read", $"1.0.{version}", tarballBytes: 50_000));
        }
        await server.SendAsync(HttpMethod.Post, "-/package/@bench%2fexchange/trust", new JsonArray(new JsonObject
        {
            ["type"] = "github",
            ["claims"] = new JsonObject { ["repository"] = "octo-org/octo-repo", ["workflow_ref"] = new JsonObject { ["file"] = "publish.yml" } },
            ["permissions"] = new JsonArray("createPackage"),
        }));
    }

    private Task<Row> PackumentAsync(AssayServer server, Uri bare) => Row.MeasureAsync(
        "packument, abbreviated, gzip", effort.Rounds,
        _ => Wrk.RepeatAsync(new Uri(server.Url, "@bench%2fread"), Connections, effort.Reading, $"accept: {Abbreviated}", "accept-encoding: gzip", $"authorization: Bearer {server.Token}"),
        _ => Wrk.RepeatAsync(new Uri(bare, "packument"), Connections, effort.Reading, $"accept: {Abbreviated}", "accept-encoding: gzip", $"authorization: Bearer {server.Token}"));

    private Task<Row> TarballAsync(AssayServer server, Uri bare) => Row.MeasureAsync(
        "tarball, 50 KB", effort.Rounds,
        _ => Wrk.RepeatAsync(new Uri(server.Url, "@bench/read/-/read-1.0.0.tgz"), Connections, effort.Reading, $"authorization: Bearer {server.Token}"),
        _ => Wrk.RepeatAsync(new Uri(bare, "tarball"), Connections, effort.Reading, $"authorization: Bearer {server.Token}"));

    /// <summary>Every identity token is used once, as in life.</summary>
    private async Task<Row> ExchangeAsync(AssayServer server, CiSimulatorHost ci, Uri bare)
    {
        var files = new List<string>();
        for (var round = 0; round < effort.Rounds; round++)
        {
            var claims = new JsonObject { ["repository"] = "octo-org/octo-repo" };
            var tokens = new string[effort.Exchanges];
            Parallel.For(0, tokens.Length, number => tokens[number] = ci.MintGithub((JsonObject)claims.DeepClone(), audience: "npm:127.0.0.1"));
            files.Add(await WriteAsync($"exchange-{round}", tokens.Select(token => $"/-/npm/v1/oidc/token/exchange/package/@bench%2fexchange\tBearer {token}\t-")));
            files.Add(await WriteAsync($"exchange-bare-{round}", tokens.Select(token => $"/exchange\tBearer {token}\t-")));
        }
        return await Row.MeasureAsync(
            "exchange, RS256, each stored durably", effort.Rounds,
            round => Wrk.LinesAsync(server.Url, Connections, effort.Writing, "POST", files[2 * round], once: true),
            round => Wrk.LinesAsync(bare, Connections, effort.Writing, "POST", files[(2 * round) + 1], once: false));
    }

    private async Task<Row> PublishAsync(AssayServer server, Uri bare)
    {
        var files = new List<string>();
        for (var round = 0; round < effort.Rounds; round++)
        {
            var lines = new List<string>();
            for (var number = 0; number < effort.Publishes; number++)
            {
                var body = Path.Combine(folder, $"publish-{round}-{number}.json");
                await File.WriteAllTextAsync(body, SampleVersions.Document("@bench/publish", $"{round + 1}.0.{number}", tarballBytes: 20_000).ToJsonString());
                lines.Add($"/@bench%2fpublish\tBearer {server.Token}\t{body}");
            }
            files.Add(await WriteAsync($"publish-{round}", lines));
        }
        return await Row.MeasureAsync(
            "publish, 20 KB, durable", effort.Rounds,
            round => Wrk.LinesAsync(server.Url, Publishers, effort.Writing, "PUT", files[round], once: true),
            round => Wrk.LinesAsync(bare, Publishers, effort.Writing, "PUT", files[round], once: false));
    }

    private async Task<string> WriteAsync(string name, IEnumerable<string> lines)
    {
        var file = Path.Combine(folder, name);
        await File.WriteAllLinesAsync(file, lines);
        return file;
    }

    private static async Task<string> JwksAsync(AssayServer server, CiSimulatorHost ci)
    {
        using var response = await server.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, ci.Github.OriginalString + "/.well-known/jwks"), CancellationToken.None);
        return await response.Content.ReadAsStringAsync();
    }
}
