using Assay.Cli.Registry;
using Assay.Cli.State;
using Assay.Provenance.Log.Notes;

namespace Assay.Cli.Logs;

/// <summary>One registry's log in one run: every checkpoint that is shown meanwhile must be one history with the remembered one.</summary>
internal sealed class LogSession : IDisposable
{
    private readonly LogSource source;
    private readonly Dictionary<string, TreeHead> accepted = [];
    private readonly SemaphoreSlim turn = new(1);
    private readonly long smallest;
    private RememberedLog? remembered;

    private LogSession(LogSource source, LogTrust trust, RememberedLog? remembered, Checkpoint checkpoint)
    {
        (this.source, this.remembered) = (source, remembered);
        (Trust, Newest, smallest) = (trust, checkpoint, checkpoint.Head.Size);
        Tiles = new LogTiles(source.Registry);
    }

    public LogTrust Trust { get; }

    public LogTiles Tiles { get; }

    public Checkpoint Newest { get; private set; }

    /// <summary>Up to where every leaf has been read, in whichever run.</summary>
    public RememberedHead? Read => remembered?.Read;

    /// <summary>Null when the registry shows no log, and is not known to have one.</summary>
    public static async Task<LogSession?> OpenAsync(LogSource source, CancellationToken cancellationToken)
    {
        // Before the log is asked: it may only be longer then, whatever other runs do meanwhile.
        var remembered = source.State.Find($"{source.Registry.Registry}");
        if (await source.Registry.LogAsync(cancellationToken) is not { } shown)
        {
            return remembered is null && source.GivenKeys.Count == 0 ? null : throw new LogRefuted(
                $"{source.Registry.Registry} shows no log, and is known to have one. Whoever hides it could show you anything. If it only wants credentials, give them.");
        }
        var trust = LogTrust.Decide(shown, remembered, source.GivenKeys);
        var checkpoint = trust.Verify(await NewestAsync(source.Registry, cancellationToken), source.Clock.GetUtcNow());
        if (remembered is not null && checkpoint.Head.Size < remembered.Head.Size)
        {
            throw new LogRefuted($"The log has shrunk: {checkpoint.Head.Size} leaves now, {remembered.Head.Size} before. {LogAgreement.WhatToDo}\n\n{remembered.Checkpoint}");
        }
        var session = new LogSession(source, trust, remembered, checkpoint);
        await session.RememberAsync(read: null, cancellationToken);
        return session;
    }

    /// <summary>A checkpoint that came with an answer: signed, not older than this run, and one history with what is known.</summary>
    public async Task<TreeHead> AcceptAsync(byte[] note, CancellationToken cancellationToken)
    {
        var text = Convert.ToBase64String(note);
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (!accepted.TryGetValue(text, out var head))
            {
                accepted[text] = head = await AcceptNewAsync(note, cancellationToken);
            }
            return head;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Stores the newest checkpoint, if it is one history with what is stored. What is stored never becomes smaller.</summary>
    public async Task RememberAsync(RememberedHead? read, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (remembered is not null)
            {
                await LogAgreement.CheckAsync(LogAgreement.HeadOf(remembered), Newest.Head, Tiles, remembered.Checkpoint, cancellationToken);
            }
            var next = LogMemory.Next(remembered, Trust, Newest, read);
            var current = await source.State.ReplaceAsync($"{source.Registry.Registry}", remembered, next, cancellationToken);
            if (current is null)
            {
                remembered = next;
                return;
            }
            // Another run was faster: what it has seen must agree as well.
            LogTrust.Decide(new LogDescription(Trust.Origin, Trust.Keys), current, source.GivenKeys);
            remembered = current;
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<TreeHead> AcceptNewAsync(byte[] note, CancellationToken cancellationToken)
    {
        var checkpoint = Trust.Verify(note, source.Clock.GetUtcNow());
        if (checkpoint.Head.Size < smallest)
        {
            throw new LogRefuted($"An answer is against a tree of {checkpoint.Head.Size} leaves, although the log had {smallest} before.");
        }
        await LogAgreement.CheckAsync(Newest.Head, checkpoint.Head, Tiles, evidence: null, cancellationToken);
        Newest = checkpoint.Head.Size > Newest.Head.Size ? checkpoint : Newest;
        return checkpoint.Head;
    }

    private static async Task<byte[]> NewestAsync(RegistryClient registry, CancellationToken cancellationToken) =>
        (await registry.GetAsync("-/assay/v1/log/checkpoint", UnverifiedNote.LongestNote, cancellationToken)).Body
            ?? throw new LogRefuted("The log has no checkpoint.");
}
