using System.Buffers;
using Assay.Npm;
using Assay.Server.Blobs;
using Assay.Server.Data.Rows;

namespace Assay.Server.Packages;

/// <summary>Stages with their bytes at hand, hashed and judged again: by the rules of today, and because nothing else than these bytes was approved.</summary>
internal sealed class PreparedStages : IAsyncDisposable
{
    private readonly List<StagedTarball> tarballs = [];
    private readonly List<ReceivedPublish> publishes = [];

    public IReadOnlyList<ReceivedPublish> Publishes => publishes;

    public Denial? Denial { get; set; }

    public void Add(StagedTarball tarball) => tarballs.Add(tarball);

    public void Add(ReceivedPublish publish) => publishes.Add(publish);

    public async ValueTask DisposeAsync()
    {
        foreach (var tarball in tarballs)
        {
            await tarball.DisposeAsync();
        }
    }
}

/// <summary>Makes of a stage the publish that it was.</summary>
internal sealed class PrepareStages(ReceivePublish receive, IBlobStore blobs)
{
    private const int PieceSize = 64 * 1024;

    public async Task<PreparedStages> RunAsync(IReadOnlyList<StageRow> stages, CancellationToken cancellationToken)
    {
        var prepared = new PreparedStages();
        try
        {
            foreach (var stage in stages)
            {
                prepared.Denial ??= await AddAsync(prepared, stage, cancellationToken);
            }
            return prepared;
        }
        catch
        {
            await prepared.DisposeAsync();
            throw;
        }
    }

    private async Task<Denial?> AddAsync(PreparedStages prepared, StageRow stage, CancellationToken cancellationToken)
    {
        await using var content = await blobs.OpenAsync(BlobKey.FromSha512(stage.Sha512), cancellationToken);
        if (content is null)
        {
            return BytesMissing(stage);
        }
        var tarball = receive.NewStage();
        prepared.Add(tarball);
        await FillAsync(tarball, content, cancellationToken);
        if (!tarball.Integrity.Equals(Integrity.FromSha512(stage.Sha512)))
        {
            return BytesMissing(stage);
        }
        var (publish, denial) = await receive.JudgeAsync(StagedRequest.Read(stage), tarball, cancellationToken);
        if (publish is not null)
        {
            prepared.Add(publish with { Approved = ApprovedStage.Of(stage) });
        }
        return denial;
    }

    private static async Task FillAsync(StagedTarball tarball, Stream content, CancellationToken cancellationToken)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            while (await content.ReadAsync(piece, cancellationToken) is > 0 and var read)
            {
                await tarball.AppendAsync(piece.AsMemory(0, read), cancellationToken);
            }
            tarball.Complete();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static Denial BytesMissing(StageRow stage) => new(
        StatusCodes.Status503ServiceUnavailable, "bytes-missing",
        $"The bytes of {stage.PackageName}@{stage.Version} are missing from the store or damaged. Tell the registry's operator.");
}
