using Assay.Provenance.Sigstore.Roots;
using Assay.Server.Attestations;
using Assay.Server.Data;

namespace Assay.Server.Hosting;

/// <summary>Whom to believe about bundles: read once, at the start, so that no outage of anybody can refuse a publish.</summary>
internal static class TrustedRootFile
{
    private const string Key = $"{AttestationsOptions.Section}:{nameof(AttestationsOptions.TrustedRootFile)}";

    public static TrustedRoot Read(string dataDirectory, AttestationsOptions options)
    {
        if (options.TrustedRootFile is not { Length: > 0 } name)
        {
            return TrustedRoot.PublicSigstore;
        }
        var file = Path.GetFullPath(name, Path.GetFullPath(dataDirectory));
        return TrustedRoot.TryParse(ReadText(file), out var root) && root.CanVerifyCertificates
            ? root
            : throw new StartRefused($"Wrong configuration value for {Key}: {file} is not a trusted_root.json with a log, a certificate authority and a certificate log.");
    }

    private static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefused($"Wrong configuration value for {Key}: {failure.Message}");
        }
    }
}
