using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Assay.EndToEnd.Harness;
using Assay.Provenance.Log.Notes;
using Assay.Server.Tests.Fixtures;

namespace Assay.EndToEnd.Log;

/// <summary>A witness as somebody else runs it: a program of its own, with a key of its own and a memory of its own.</summary>
internal sealed class WitnessProcess : IAsyncDisposable
{
    private const string Name = "witness.example";

    private readonly TemporaryFolder folder;
    private readonly GoProgram program;
    private readonly int port = FreePort.Next();
    private Process? process;

    private WitnessProcess(TemporaryFolder folder, GoProgram program, WitnessKey key)
    {
        this.folder = folder;
        this.program = program;
        Key = key;
    }

    public WitnessKey Key { get; }

    public Uri Url => new($"http://localhost:{port}/");

    /// <summary>What a registry is told of it.</summary>
    public string[] Options => [$"--Assay:Log:Witnesses:0:Url={Url}", $"--Assay:Log:Witnesses:0:Key={Key}", "--Assay:Log:WitnessSeconds=1"];

    /// <summary>It has a key, and does not answer yet.</summary>
    public static async Task<WitnessProcess> CreateAsync()
    {
        var folder = new TemporaryFolder();
        var program = await GoProgram.BuildAsync("witness", folder);
        var made = (await program.RunAsync(null, "key", folder.Path, Name)).ShouldSucceed();
        return new WitnessProcess(folder, program, NoteKey.TryParse(made.Output.Trim(), out var key) ? (WitnessKey)key : throw new InvalidOperationException(made.Output));
    }

    public async Task StartAsync(string logKey)
    {
        process = program.Start("serve", folder.Path, $"localhost:{port}", logKey);
        await Until.TrueAsync(AnswersAsync, "The witness answers");
    }

    public async Task StopAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>How many leaves it has seen.</summary>
    public async Task<long> SeenAsync()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(folder.Path, "seen"), TestContext.Current.CancellationToken);
        return long.Parse(lines[0], CultureInfo.InvariantCulture);
    }

    /// <summary>The size of a checkpoint that Go finds signed by the log and by this witness.</summary>
    public async Task<long> OpenAsync(byte[] checkpoint, string logKey)
    {
        var opened = await program.RunAsync(System.Text.Encoding.UTF8.GetString(checkpoint), "open", folder.Path, logKey);
        return long.Parse(opened.ShouldSucceed().Output, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await StopAsync();
        }
        folder.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("localhost", port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
