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
        using var answer = new StreamReader(stream, Encoding.UTF8);
        return await answer.ReadToEndAsync();
    }

    public static Task<string> RawGetAsync(this RegistryApp app, string target, string token) =>
        app.RawAsync($"GET {target} HTTP/1.1\r\nHost: somewhere.example\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n");

    public static int Status(string answer) => int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3));
}
