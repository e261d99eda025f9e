using System.Net;
using System.Security.Cryptography;
using System.Text;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Packages;

/// <summary>A large publish passes through; the server never holds it. In a process of its own, so that nothing else is measured.</summary>
public sealed class MemoryTests
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public async Task A_large_tarball_is_published_and_read_in_little_memory()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProgram.ServeAsync(folder.In("data"));
#pragma warning disable RS0030 // The server is another process on loopback; the guarded fetch is inside it.
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Url };
#pragma warning restore RS0030
        var token = await SignInAsync(server, http);
        await PublishAsync(http, token, new TestPackage("small", "1.0.0"));
        var before = server.PeakMemory();

        var large = new TestPackage("large", "1.0.0") { Files = [("package/data", Convert.ToBase64String(RandomNumberGenerator.GetBytes(60 * Megabyte)))] };
        var length = await PublishAsync(http, token, large);
        using var request = new HttpRequestMessage(HttpMethod.Get, "large/-/large-1.0.0.tgz") { Headers = { Authorization = new("Bearer", token) } };
        using var response = await http.SendAsync(request);
        var read = (await response.Content.ReadAsByteArrayAsync()).Length;

        Assert.True(length > 60 * Megabyte);
        Assert.Equal(length, read);
        Assert.InRange(server.PeakMemory() - before, 0, 48L * Megabyte);
    }

    private static async Task<string> SignInAsync(ServerProgram server, HttpClient http)
    {
        var added = await ServerProgram.RunAsync(
            ["admin", "user", "add", "alice", "--email", "alice@example.test", "--password-stdin", "--data", server.Data], RegistryApp.Password);
        Assert.Equal(0, added.ExitCode);
        var body = $$"""{"name":"alice","password":"{{RegistryApp.Password}}"}""";
        using var login = await http.PutAsync("-/user/org.couchdb.user:alice", new StringContent(body, Encoding.UTF8, "application/json"));
        return (string)(await login.ShouldBeAsync(HttpStatusCode.Created))["token"]!;
    }

    private static async Task<int> PublishAsync(HttpClient http, string token, TestPackage package)
    {
        var tarball = package.Tarball();
        using var request = new HttpRequestMessage(HttpMethod.Put, package.Name) { Content = RegistryApp.Json(package.Document(tarball)), Headers = { Authorization = new("Bearer", token) } };
        using var response = await http.SendAsync(request);
        await response.ShouldBeAsync(HttpStatusCode.Created);
        return tarball.Length;
    }
}
