using System.Net.Sockets;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Hosting.Pipeline;

namespace Assay.Server.Tests.Fixtures;

/// <summary>Requests over the operator's socket, as commands send them.</summary>
internal static class OperatorCalls
{
    public static async Task<HttpResponseMessage> OperatorAsync(this RegistryApp app, HttpMethod method, string path, JsonNode? body = null)
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, stop) => ConnectAsync(app, stop) };
        using var client = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(method, $"http://assay{AdminSocket.Prefix}{path}") { Content = body is null ? null : RegistryApp.Json(body) };

        var response = await client.SendAsync(request, CancellationToken.None);

        await response.Content.LoadIntoBufferAsync();
        return response;
    }

    private static async ValueTask<Stream> ConnectAsync(RegistryApp app, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(DataDirectory.AdminSocketIn(app.DataDirectory)), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
