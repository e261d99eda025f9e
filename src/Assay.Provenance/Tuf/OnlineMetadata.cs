using System.Text.Json.Nodes;

namespace Assay.Provenance.Tuf;

/// <summary>What the online key signs: which targets there are, which list of them is the newest, and that it still is.</summary>
internal static class OnlineMetadata
{
    public static byte[] Targets(TufSigner signer, TufIssue issue, IEnumerable<TargetFile> targets)
    {
        var signed = Metadata.Signed("targets", issue.Version, issue.Expires);
        signed["targets"] = new JsonObject(targets.Select(target => KeyValuePair.Create(target.Name, (JsonNode?)target.ToJson())));
        return Metadata.Write(signed, signer);
    }

    public static byte[] Snapshot(TufSigner signer, TufIssue issue) => Naming(signer, issue, "snapshot", "targets.json");

    public static byte[] Timestamp(TufSigner signer, TufIssue issue) => Naming(signer, issue, "timestamp", "snapshot.json");

    // By version alone (TUF leaves the hash out where it likes): two signatures over the same text differ, and two nodes may sign one issue.
    private static byte[] Naming(TufSigner signer, TufIssue issue, string type, string named)
    {
        var signed = Metadata.Signed(type, issue.Version, issue.Expires);
        signed["meta"] = new JsonObject { [named] = new JsonObject { ["version"] = issue.Version } };
        return Metadata.Write(signed, signer);
    }
}
