using System.Diagnostics.Metrics;
using Assay.Server.Data;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>What is published and what is read. How refusals are told apart is their code, of which there is a fixed number.</summary>
internal sealed class PackagesMeter
{
    private const string Kind = "kind";
    private const string Outcome = "outcome";
    private const string Code = "code";
    private const string Memory = "memory";

    private static readonly KeyValuePair<string, object?> Hit = new(Memory, "hit");
    private static readonly KeyValuePair<string, object?> Miss = new(Memory, "miss");

    private readonly Counter<long> publishes;
    private readonly Counter<long> downloads;
    private readonly Counter<long> downloaded;
    private readonly Counter<long> documents;

    public PackagesMeter(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetrySource.Name);
        publishes = meter.CreateCounter<long>("assay.publishes", "{publish}", "Publishes by kind (person, trusted, nobody), outcome (stored, refused) and code of the refusal");
        downloads = meter.CreateCounter<long>("assay.downloads", "{tarball}", "Tarballs sent, by whether their bytes were in memory");
        downloaded = meter.CreateCounter<long>("assay.downloads.size", "By", "Bytes of tarballs sent");
        documents = meter.CreateCounter<long>("assay.documents", "{lookup}", "Packages looked up, by whether they were in memory");
    }

    public void Published(Caller caller) => publishes.Add(1, new(Kind, KindOf(caller)), new(Outcome, "stored"));

    public void Refused(Caller caller, string code) => publishes.Add(1, new(Kind, KindOf(caller)), new(Outcome, "refused"), new(Code, code));

    public void Downloaded(long size, bool fromMemory)
    {
        downloads.Add(1, fromMemory ? Hit : Miss);
        downloaded.Add(size);
    }

    public void LookedUp(bool inMemory) => documents.Add(1, inMemory ? Hit : Miss);

    private static string KindOf(Caller caller) => caller switch
    {
        Caller.Member => "person",
        Caller.Workload => "trusted",
        _ => "nobody",
    };
}
