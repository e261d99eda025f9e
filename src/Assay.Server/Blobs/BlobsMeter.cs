using System.Diagnostics.Metrics;
using Assay.Server.Data;

namespace Assay.Server.Blobs;

/// <summary>What was written to the store since the start; what was there already is not written again.</summary>
internal sealed class BlobsMeter
{
    private readonly Counter<long> stored;
    private readonly Counter<long> bytes;

    public BlobsMeter(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetrySource.Name);
        stored = meter.CreateCounter<long>("assay.blobs.stored", "{blob}", "Blobs written since the start");
        bytes = meter.CreateCounter<long>("assay.blobs.stored.size", "By", "Bytes of blobs written since the start");
    }

    public void Stored(long size)
    {
        stored.Add(1);
        bytes.Add(size);
    }
}
