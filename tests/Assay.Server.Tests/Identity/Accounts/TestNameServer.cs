using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Identity.Accounts;

/// <summary>A dnsmasq on loopback that knows what a test says and has nobody else to ask. It ends with this process, however that ends.</summary>
internal sealed class TestNameServer : IAsyncDisposable
{
    // Standard input stays open as long as the test lives.
    private const string Watch = """
        trap 'kill "$pid" 2>/dev/null || true; wait' EXIT
        /usr/sbin/dnsmasq --keep-in-foreground --log-facility=- --log-queries --conf-file=/dev/null --pid-file= --no-resolv --no-hosts --cache-size=0 --listen-address=127.0.0.1 --bind-interfaces "$@" </dev/null &
        pid=$!
        read -r _ || true
        """;

    private readonly ConcurrentQueue<string> log = new();
    private Process? process;

    public int Port { get; } = FreePort.Next();

    public string[] Options => ["--Assay:Identity:EmailDomains:Check=true", $"--Assay:Identity:EmailDomains:Servers:0=127.0.0.1:{Port}"];

    /// <summary>How often it was asked for this, as <c>query[MX] acme.example</c>.</summary>
    public int Asked(string question) => log.Count(line => line.Contains($" {question} from ", StringComparison.Ordinal));

    public static string Gone(string domain) => $"--local=/{domain}/";

    public static string Mail(string domain) => $"--mx-host={domain},mail.{domain}";

    public static async Task<TestNameServer> StartAsync(params string[] said)
    {
        var server = new TestNameServer();
        await server.SaysAsync(said);
        return server;
    }

    /// <summary>From now on it knows this and nothing else; what it does not know it refuses.</summary>
    public async Task SaysAsync(params string[] said)
    {
        await StopAsync();
        process = new Process { StartInfo = new ProcessStartInfo("bash", ["-c", Watch, "dns", $"--port={Port}", .. said]) { RedirectStandardInput = true, RedirectStandardError = true } };
        var started = new TaskCompletionSource();
        process.ErrorDataReceived += (_, line) =>
        {
            log.Enqueue(line.Data ?? "");
            if (line.Data?.Contains("started, version", StringComparison.Ordinal) == true)
            {
                started.TrySetResult();
            }
        };
        process.Start();
        process.BeginErrorReadLine();
        await started.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>Nobody is there any more.</summary>
    public async Task StopAsync()
    {
        if (process is { } running)
        {
            running.StandardInput.Close();
            await running.WaitForExitAsync();
            running.Dispose();
            process = null;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}

/// <summary>Answers each question with the same code and records, which a proper name server cannot be made to give.</summary>
internal sealed class StubbornNameServer : IAsyncDisposable
{
    public const byte ServerFailure = 2;
    public const byte NoSuchDomain = 3;

    private readonly UdpClient socket;
    private readonly CancellationTokenSource stop = new();
    private readonly Task answering;

    /// <param name="port">Where.</param>
    /// <param name="code">What it says.</param>
    /// <param name="isAlias">Whether it says that the name is an alias, to one that does not exist.</param>
    public StubbornNameServer(int port, byte code, bool isAlias = false)
    {
        socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, port));
        answering = Task.Run(() => AnswerAsync(code, isAlias));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await answering;
        socket.Dispose();
        stop.Dispose();
    }

    private async Task AnswerAsync(byte code, bool isAlias)
    {
        try
        {
            while (true)
            {
                var asked = await socket.ReceiveAsync(stop.Token);
                await socket.SendAsync(Answer(asked.Buffer, code, isAlias), asked.RemoteEndPoint, stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }

    // RFC 1035, section 4.1: the header and the question come back; then a CNAME of the question's name (a pointer) to "gone.example".
    private static byte[] Answer(byte[] asked, byte code, bool isAlias)
    {
        var end = 12;
        while (asked[end] != 0)
        {
            end += asked[end] + 1;
        }
        byte[] header = [asked[0], asked[1], 0x81, (byte)(0x80 | code), 0, 1, 0, (byte)(isAlias ? 1 : 0), 0, 0, 0, 0];
        byte[] alias = [0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 14, 4, .. "gone"u8, 7, .. "example"u8, 0];
        return [.. header, .. asked[12..(end + 5)], .. isAlias ? alias : []];
    }
}
