using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Hosting.Pipeline;

namespace Assay.Server.Tests.Fixtures;

/// <summary>The operator's commands, as the command line sends them.</summary>
internal static class OperatorSocket
{
    public static async Task<HttpResponseMessage> OperatorAsync(this RegistryApp app, string path, JsonObject body)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = (_, stop) => ConnectAsync(app, stop) });
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://assay" + AdminSocket.Prefix + path) { Content = RegistryApp.Json(body) };
        var answer = await client.SendAsync(request, CancellationToken.None);
        // Whole, before its connection goes with the client.
        await answer.Content.LoadIntoBufferAsync();
        return answer;
    }

    /// <summary>What the command prints.</summary>
    public static async Task<string> CommandAsync(this RegistryApp app, string path, JsonObject? body = null)
    {
        using var answer = await app.OperatorAsync(path, body ?? []);
        return string.Join('\n', (await answer.ShouldBeAsync(HttpStatusCode.OK))["lines"]!.AsArray().Select(line => (string?)line));
    }

    /// <summary>Lets people publish a package that came from CI, or began with a policy.</summary>
    public static Task<string> OpenToPeopleAsync(this RegistryApp app, string package) =>
        app.CommandAsync("/lock/set", new JsonObject { ["target"] = package, ["lock"] = "2fa-or-oidc", ["now"] = true });

    public static Task<string> OwnNameAsync(this RegistryApp app, string name) => app.CommandAsync("/name/own", new JsonObject { ["name"] = name });

    private static async ValueTask<Stream> ConnectAsync(RegistryApp app, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(DataDirectory.AdminSocketIn(app.DataDirectory)), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
