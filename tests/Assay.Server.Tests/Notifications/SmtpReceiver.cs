using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace Assay.Server.Tests.Notifications;

/// <summary>A mail as it came over the wire.</summary>
internal sealed record ReceivedMail(string From, string To, MimeMessage Message, string Raw, string? User)
{
    public string Subject => Message.Subject ?? "";
}

/// <summary>A mail server on loopback that speaks as much SMTP (RFC 5321, RFC 4954) as a client needs. A test says what it refuses.</summary>
internal sealed class SmtpReceiver : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<ReceivedMail> mails = new();
    private readonly Task accepting;

    public SmtpReceiver()
    {
        listener.Start();
        accepting = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public IReadOnlyList<ReceivedMail> Mails => [.. mails];

    public string[] Options => ["--Assay:Mail:Host=127.0.0.1", $"--Assay:Mail:Port={Port}", "--Assay:Mail:Security=None", "--Assay:Mail:From=Assay <assay@acme.example>"];

    /// <summary>The answer to a recipient, where it is not 250.</summary>
    public Func<string, string?> Refuse { get; set; } = _ => null;

    /// <summary>Whether it takes the mail and is gone before it says so.</summary>
    public bool HangsUpAfterData { get; set; }

    /// <summary>Who may sign in, as <c>user:password</c>; null when nobody has to.</summary>
    public string? Account { get; set; }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await TalkAsync(client.GetStream());
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException)
            {
                // The other side hung up.
            }
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await using var writer = new StreamWriter(stream, Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
        var (from, to, user) = ("", "", (string?)null);
        await writer.WriteLineAsync("220 smtp.test ESMTP");
        while (await reader.ReadLineAsync(stop.Token) is { } line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await writer.WriteLineAsync(Account is null ? "250 smtp.test" : "250-smtp.test\r\n250 AUTH PLAIN");
                    break;
                case "AUTH":
                    var said = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[^1])).Split('\0');
                    user = $"{said[1]}:{said[2]}" == Account ? said[1] : null;
                    await writer.WriteLineAsync(user is null ? "535 5.7.8 no" : "235 2.7.0 welcome");
                    break;
                case "MAIL":
                    from = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
                    await writer.WriteLineAsync("250 2.1.0 ok");
                    break;
                case "RCPT":
                    to = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
                    await writer.WriteLineAsync(Refuse(to) ?? "250 2.1.5 ok");
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    Keep(from, to, await DataAsync(reader), user);
                    if (HangsUpAfterData)
                    {
                        return;
                    }
                    await writer.WriteLineAsync("250 2.0.0 taken");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 2.0.0 bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 ok");
                    break;
            }
        }
    }

    private async Task<string> DataAsync(StreamReader reader)
    {
        var data = new StringBuilder();
        while (await reader.ReadLineAsync(stop.Token) is { } line && line != ".")
        {
            data.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }
        return data.ToString();
    }

    private void Keep(string from, string to, string raw, string? user)
    {
        using var bytes = new MemoryStream(Encoding.Latin1.GetBytes(raw));
        mails.Enqueue(new ReceivedMail(from, to, MimeMessage.Load(bytes), raw, user));
    }
}
