using Assay.Provenance.Log.Notes;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Provenance.Tuf;

/// <summary>A key of the registry's log, named by the log's origin. It counts for entries that came in while it was valid, rotated or not.</summary>
public sealed record LogKey(EcdsaNoteKey Key, ValidityWindow ValidFor);
