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
    private const int Attempts = 150;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Sends the request, prints the answer's lines, returns the exit code.</summary>
    public static async Task<int> RunAsync(StartSettings settings, string path, JsonObject body, CancellationToken cancellationToken)
    {
        var socket = DataDirectory.AdminSocketIn(Path.GetFullPath(settings.DataDirectory));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TrySendAsync(socket, path, body, cancellationToken)
                    ?? await RunAloneAsync(settings, socket, path, body, cancellationToken);
            }
            catch (DataDirectoryInUse) when (attempt < Attempts)
            {
                // It is held and nobody listens: a server is starting or stopping, or another command is at work.
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private static async Task<int> RunAloneAsync(
        StartSettings settings, string socket, string path, JsonObject body, CancellationToken cancellationToken)
    {
        var alone = settings with { AdminOnly = true };
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
            var answer = response.Content.Headers.ContentType?.MediaType == ProgressAnswer.ContentType
                ? await ProgressLines.ReadAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken)
                : JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken)) as JsonObject;
            return Print(answer, response.IsSuccessStatusCode && answer?.ContainsKey("error") == false);
        }
        catch (HttpRequestException failure) when (failure.InnerException is SocketException)
        {
            // Left behind by a killed server.
            return null;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
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
            return answer?.Flag("fails") == true ? 1 : 0;
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
