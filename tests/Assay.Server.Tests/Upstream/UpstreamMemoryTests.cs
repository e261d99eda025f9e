using System.Net;
using System.Security.Cryptography;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Packages;

namespace Assay.Server.Tests.Upstream;

/// <summary>What comes from elsewhere passes through the disk: large tarballs, and half a gigabyte of a registry that would not stop. In a process of its own, alone.</summary>
[Collection(nameof(Alone))]
public sealed class UpstreamMemoryTests
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public async Task Large_and_endless_answers_pass_in_little_memory()
    {
        using var folder = new TemporaryFolder();
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("small", "1.0.0"));
        var large = foreign.Add(new TestPackage("large", "1.0.0") { Files = [("package/data", Convert.ToBase64String(RandomNumberGenerator.GetBytes(60 * Megabyte)))] });
        await using var server = await ServerProgram.ServeAsync(folder.In("data"), null, [.. foreign.Settings, "--Assay:Upstream:Read=Public"]);
#pragma warning disable RS0030 // The server is another process on loopback; the guarded fetch is inside it.
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Url };
#pragma warning restore RS0030
        (await http.GetAsync("small/-/small-1.0.0.tgz")).Dispose();
        var before = server.PeakMemory();

        using var whole = await http.GetAsync("large/-/large-1.0.0.tgz", HttpCompletionOption.ResponseHeadersRead);
        var length = await LengthAsync(whole);
        foreign.Instead = async context =>
        {
            for (var sent = 0; sent < 500 && !context.RequestAborted.IsCancellationRequested; sent++)
            {
                await context.Response.Body.WriteAsync(new byte[Megabyte], context.RequestAborted);
            }
        };
        using var endless = await http.GetAsync("endless");

        Assert.Equal(large.Length, length);
        Assert.Equal(HttpStatusCode.BadGateway, endless.StatusCode);
        Assert.InRange(server.PeakMemory() - before, 0, 64L * Megabyte);
    }

    private static async Task<long> LengthAsync(HttpResponseMessage response)
    {
        await using var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[Megabyte];
        long length = 0;
        while (await stream.ReadAsync(buffer) is > 0 and var read)
        {
            length += read;
        }
        return length;
    }
}
