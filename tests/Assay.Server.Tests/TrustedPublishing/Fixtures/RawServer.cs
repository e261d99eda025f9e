using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Assay.Server.Tests.TrustedPublishing.Fixtures;

/// <summary>A listener that answers with bytes as they are, for what no web server would send.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly CancellationTokenSource ending = new();
    private readonly TcpListener listener;
    private readonly Task accepting;
    private int connections;

    private RawServer(IPEndPoint at, Func<NetworkStream, CancellationToken, Task> answer)
    {
        listener = new TcpListener(at);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync(answer);
    }

    public int Port { get; }

    public Uri Url => new($"http://127.0.0.1:{Port}/keys");

    public int Connections => connections;

    public static RawServer Start(Func<NetworkStream, CancellationToken, Task> answer, IPEndPoint? at = null) =>
        new(at ?? new IPEndPoint(IPAddress.Loopback, 0), answer);

    /// <summary>Sends this text at once and hangs up.</summary>
    public static RawServer Sending(string text, IPEndPoint? at = null) =>
        Start((stream, stop) => stream.WriteAsync(Encoding.ASCII.GetBytes(text), stop).AsTask(), at);

    /// <summary>Sends the first text, and then the second again and again, until the other side hangs up.</summary>
    public static RawServer Dripping(string first, string again, TimeSpan pause) => Start(async (stream, stop) =>
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(first), stop);
        while (true)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(again), stop);
            await Task.Delay(pause, stop);
        }
    });

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await accepting;
        listener.Stop();
        ending.Dispose();
    }

    private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> answer)
    {
        var answers = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(ending.Token);
                Interlocked.Increment(ref connections);
                answers.Add(AnswerAsync(client, answer));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(answers);
        }
    }

    private async Task AnswerAsync(TcpClient client, Func<NetworkStream, CancellationToken, Task> answer)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                if (await stream.ReadAtLeastAsync(new byte[4096], minimumBytes: 1, throwOnEndOfStream: false, ending.Token) > 0)
                {
                    await answer(stream, ending.Token);
                }
            }
            catch (Exception ended) when (ended is OperationCanceledException or IOException)
            {
                // The other side hung up, or the test is over.
            }
        }
    }
}
