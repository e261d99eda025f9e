using System.Buffers;
using Assay.Server.Data;
using Assay.Server.Packages;
using Microsoft.Extensions.Options;

namespace Assay.Server.Import;

/// <summary>Takes a source's bytes into the staging place, as many as a tarball may have.</summary>
internal sealed class StageTarball(DataDirectory directory, IOptions<PackagesOptions> options)
{
    private const int PieceSize = 64 * 1024;

    public StagedTarball New() => new(directory);

    /// <exception cref="SourceFailure">There are more.</exception>
    public async Task FillAsync(StagedTarball staged, Stream source, CancellationToken cancellationToken)
    {
        var most = options.Value.MaximumTarballBytes;
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            while (await source.ReadAsync(piece, cancellationToken) is > 0 and var read)
            {
                if (staged.Length + read > most)
                {
                    throw new SourceFailure("tarball-too-large", $"The tarball has more than {most} bytes (Assay:Packages:MaximumTarballBytes).");
                }
                await staged.AppendAsync(piece.AsMemory(0, read), cancellationToken);
            }
            staged.Complete();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
