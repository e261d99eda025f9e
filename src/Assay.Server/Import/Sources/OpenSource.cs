using Assay.Server.Packages;
using Microsoft.Extensions.Options;

namespace Assay.Server.Import;

/// <summary>Tells what a source is: a registry by its URL, a Verdaccio by what lies in the folder, else a folder of tarballs.</summary>
internal sealed class OpenSource(StageTarball stage, JudgeTarball judge, IOptions<ImportOptions> options)
{
    /// <exception cref="SourceFailure">It is nothing that can be imported.</exception>
    public IImportSource Run(ImportRequest request)
    {
        if (request.From.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || request.From.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            return RegistrySource.Open(request, options.Value);
        }
        if (!Path.IsPathFullyQualified(request.From) || !Directory.Exists(request.From))
        {
            throw new SourceFailure("bad-source", $"'{request.From}' is neither a URL (https://…) nor a directory that the registry's process can see.");
        }
        var folder = new SourceFolder(Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.From)));
        return VerdaccioFolder.IsOne(folder.Root) ? new VerdaccioFolder(folder, options.Value) : new TarballFolder(folder, stage, judge);
    }
}
