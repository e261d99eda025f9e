using Assay.Provenance.Log.Rekor;
using Assay.Provenance.Sigstore.Bundles;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Provenance.Sigstore.Logs;

/// <summary>The signed entry timestamp: the log's word on when the entry came in.</summary>
internal static class RekorPromise
{
    public static BundleVerdict.Refused? Check(UnverifiedLogEntry entry, TrustedLog log) =>
        entry.Promise.Length == 0
        || log.Key.Verifies(RekorEntryTimestamp.Payload(entry.Body, entry.IntegratedTime, entry.LogId, entry.LogIndex), entry.Promise)
            ? null
            : new(BundleRefusalCodes.LogPromiseInvalid, "The log's signed entry timestamp does not verify.");
}
