using System.Net.Sockets;
using System.Text;

namespace Assay.Server.Tests.Fixtures;

/// <summary>Bytes on a socket, for what an HTTP client would never send.</summary>
internal static class RawRequest
{
    /// <summary>Sends the text as it is and returns all that comes back; the request has to ask for the connection's end.</summary>
    public static async Task<string> RawAsync(this RegistryApp app, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(app.Url.Host, app.Url.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        return await AnswerAsync(stream).WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Sends the text and breaks the connection off.</summary>
    public static async Task HalfRawAsync(this RegistryApp app, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(app.Url.Host, app.Url.Port);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request));
        client.LingerState = new LingerOption(true, 0);
    }

    public static Task<string> RawGetAsync(this RegistryApp app, string target, string token) =>
        app.RawAsync($"GET {target} HTTP/1.1\r\nHost: somewhere.example\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n");

    // A server that does not want the rest of a body answers and then breaks the connection off.
    private static async Task<string> AnswerAsync(NetworkStream stream)
    {
        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer);
        }
        catch (IOException) when (answer.Length > 0)
        {
        }
        return Encoding.UTF8.GetString(answer.ToArray());
    }

    public static int Status(string answer) => int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3));
}
