using System.Text.Json.Nodes;

namespace Assay.Npm;

/// <summary>Members that only the registry may state; an author's own would be read as the registry's word.</summary>
internal static class ServerFields
{
    private static readonly string[] Owned =
    [
        "access", "approver", "attestations", "deprecated", "dist", "dist-tags", "hasInstallScript", "maintainers", "readme",
        "readmeFilename", "signatures", "time", "trustedPublisher", "users", "versions",
    ];

    public static void Remove(JsonObject json)
    {
        foreach (var member in json.Select(member => member.Key).Where(IsOwned).ToList())
            json.Remove(member);
    }

    public static void AddPublisher(JsonObject json, PublisherDetails publisher)
    {
        if (publisher.NodeVersion is { } node)
            json["_nodeVersion"] = node;
        if (publisher.NpmVersion is { } npm)
            json["_npmVersion"] = npm;
        if (publisher.GitHead is { } commit)
            json["gitHead"] = commit;
    }

    // Every name with an underscore is a registry's, as npm itself has it.
    private static bool IsOwned(string member) => member.StartsWith('_') || Owned.Contains(member);
}
