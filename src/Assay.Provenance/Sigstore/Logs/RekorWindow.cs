using Assay.Provenance.Sigstore.Bundles;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Provenance.Sigstore.Logs;

/// <summary>
/// The log's key must be believed for the time of the entry. Only the promise signs a time; without one the time is what timestamp authorities say.
/// </summary>
internal static class RekorWindow
{
    public static BundleVerdict.Refused? Check(BundleCase bundleCase, UnverifiedLogEntry entry, TrustedLog log)
    {
        if (entry.Promise.Length == 0)
        {
            return bundleCase.Stamps.Count == 0
                ? new(BundleRefusalCodes.TimeMissing, "Neither a log nor a timestamp authority says when the bundle was signed.")
                : bundleCase.Stamps.All(log.ValidFor.Contains) ? null : Outside();
        }
        var latest = (bundleCase.Now + BundleVerification.Leeway).ToUnixTimeSeconds();
        return entry.IntegratedTime is > 0 and var seconds && seconds <= latest
            && log.ValidFor.Contains(DateTimeOffset.FromUnixTimeSeconds(seconds))
                ? null
                : Outside();
    }

    private static BundleVerdict.Refused Outside() =>
        new(BundleRefusalCodes.LogTimeOutside, "The log entry is not from a time at which its log is trusted.");
}
