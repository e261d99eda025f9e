using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Hosting.Pipeline;

namespace Assay.Server.Hosting.Commands;

/// <summary>
/// Speaks to the server that runs on a data directory through its socket. When none runs, it starts one that listens on the
/// socket alone, under the directory's lock: an operator's command is the same request either way.
/// </summary>
internal static class AdminClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Sends the request, prints the answer's lines, returns the exit code.</summary>
    public static async Task<int> RunAsync(StartSettings settings, string path, JsonObject body, CancellationToken cancellationToken)
    {
        var socket = DataDirectory.AdminSocketIn(Path.GetFullPath(settings.DataDirectory));
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await TrySendAsync(socket, path, body, cancellationToken) is { } exit)
            {
                return exit;
            }
            try
            {
                return await RunAloneAsync(settings with { AdminOnly = true }, socket, path, body, cancellationToken);
            }
            catch (StartRefused refused) when (refused.MayPass && TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                // Another command is at work, or a server is starting: its socket is there in a moment, or the directory is free.
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
            }
        }
    }

    private static async Task<int> RunAloneAsync(StartSettings alone, string socket, string path, JsonObject body, CancellationToken cancellationToken)
    {
        await using var app = RegistryHost.Build(alone);
        await Serve.StartAsync(app, alone, cancellationToken);
        var answered = await TrySendAsync(socket, path, body, cancellationToken);
        await app.StopAsync(cancellationToken);
        return answered ?? throw new StartRefused("The registry did not answer on its own socket.");
    }

    private static async Task<int?> TrySendAsync(string socket, string path, JsonObject body, CancellationToken cancellationToken)
    {
        if (!File.Exists(socket))
        {
            return null;
        }
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, stop) => ConnectAsync(socket, stop) };
        using var client = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://assay" + AdminSocket.Prefix + path)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            return Print(JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken)) as JsonObject, response.IsSuccessStatusCode);
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.ConnectionError)
        {
            // Left behind by a killed server.
            return null;
        }
        catch (HttpRequestException)
        {
            throw new StartRefused("The server ended before it answered. Look whether it was done, and try again.");
        }
    }

    private static int Print(JsonObject? answer, bool isSuccess)
    {
        if (isSuccess)
        {
            foreach (var line in answer?.Texts("lines") ?? [])
            {
                Console.WriteLine(line);
            }
            return 0;
        }
        Console.Error.WriteLine($"assay: {answer?.Text("error") ?? "The registry refused without saying why."}");
        return 1;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
