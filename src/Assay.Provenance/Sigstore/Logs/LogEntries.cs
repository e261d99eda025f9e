using Assay.Provenance.Sigstore.Bundles;
using Assay.Provenance.Sigstore.Logs.Bodies;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Provenance.Sigstore.Logs;

/// <summary>At least one log entry, and each of them by a known log and about this very signature.</summary>
internal static class LogEntries
{
    public static BundleVerdict.Refused? Check(BundleCase bundleCase)
    {
        if (bundleCase.Bundle.LogEntries.Count == 0)
        {
            return new(BundleRefusalCodes.LogEntryMissing, "The bundle is not in a transparency log.");
        }
        return bundleCase.Bundle.LogEntries.Select(entry => CheckEntry(bundleCase, entry)).FirstOrDefault(refused => refused is not null);
    }

    /// <summary>One log may be listed more than once, with windows that follow each other.</summary>
    private static BundleVerdict.Refused? CheckEntry(BundleCase bundleCase, UnverifiedLogEntry entry)
    {
        BundleVerdict.Refused? refused = new(BundleRefusalCodes.LogUnknown, "The bundle is in a transparency log that is not trusted here.");
        foreach (var log in bundleCase.Root.Logs.Where(log => log.Has(entry.LogId)))
        {
            refused = CheckEntry(bundleCase, entry, log);
            if (refused is null)
            {
                bundleCase.LogEntries.Add(Verified(entry, log));
                return null;
            }
        }
        return refused;
    }

    private static BundleVerdict.Refused? CheckEntry(BundleCase bundleCase, UnverifiedLogEntry entry, TrustedLog log) =>
        RekorWindow.Check(bundleCase, entry, log)
        ?? RekorPromise.Check(entry, log)
        ?? RekorProof.Check(bundleCase.Bundle.Version, entry, log)
        ?? LogBody.Check(bundleCase, entry);

    /// <summary>Index and time are the promise's; without one the time is nobody's, and only the proof's index was checked.</summary>
    private static VerifiedLogEntry Verified(UnverifiedLogEntry entry, TrustedLog log)
    {
        var isPromised = entry.Promise.Length > 0;
        return new(
            log.Name,
            Convert.ToHexStringLower(entry.LogId),
            isPromised ? entry.LogIndex : entry.Proof!.LogIndex,
            entry.Kind,
            isPromised ? DateTimeOffset.FromUnixTimeSeconds(entry.IntegratedTime) : null);
    }
}
