using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Assay.EndToEnd.Provenance;

/// <summary>A company's proxy, which leads the host of the public TUF repository to another server and nobody anywhere else.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    public const string Repository = "tuf-repo-cdn.sigstore.dev";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> asked = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Uri target;
    private Task accepting = Task.CompletedTask;

    private ConnectProxy(Uri target) => this.target = target;

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>Hosts with their ports, as clients named them.</summary>
    public IReadOnlyCollection<string> Asked => asked;

    public static ConnectProxy To(Uri target)
    {
        var proxy = new ConnectProxy(target);
        proxy.listener.Start();
        proxy.accepting = proxy.AcceptAsync();

        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await accepting;
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var tunnels = new List<Task>();

        try
        {
            while (true)
            {
                tunnels.Add(TunnelAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(tunnels);
        }
    }

    private async Task TunnelAsync(TcpClient accepted)
    {
        using var client = accepted;
        using var server = new TcpClient();

        try
        {
            var host = await ReadHostAsync(client.GetStream());
            asked.Enqueue(host);
            var isKnown = host == $"{Repository}:443";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {(isKnown ? "200 OK" : "403 Forbidden")}\r\n\r\n"), stop.Token);

            if (isKnown)
            {
                await server.ConnectAsync(target.Host, target.Port, stop.Token);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(server.GetStream(), stop.Token),
                    server.GetStream().CopyToAsync(client.GetStream(), stop.Token));
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // Either side may hang up at any time.
        }
    }

    // Byte by byte: what comes after the empty line is the client's greeting to the server.
    private async Task<string> ReadHostAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var next = new byte[1];

        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(next, stop.Token) > 0)
        {
            head.Append((char)next[0]);
        }

        return head.ToString().Split(' ') is ["CONNECT", var host, ..] ? host : "";
    }
}
