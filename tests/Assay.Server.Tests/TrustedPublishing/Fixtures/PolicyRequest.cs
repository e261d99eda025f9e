using System.Text.Json.Nodes;

namespace Assay.Server.Tests.TrustedPublishing.Fixtures;

/// <summary>Policies as people write them, fitting the simulator's usual GitHub run; a test changes one thing.</summary>
internal static class PolicyRequest
{
    public static JsonObject Github(string? target = null, Action<JsonObject>? with = null)
    {
        var policy = new JsonObject
        {
            ["binding"] = "github",
            ["actions"] = new JsonArray("publish"),
            ["fields"] = new JsonObject { ["repository"] = "octo-org/octo-repo", ["workflow"] = "publish.yml" },
        };
        if (target is not null)
        {
            policy["target"] = target;
        }
        with?.Invoke(policy);
        return policy;
    }

    /// <summary>Stricter than the usual one: the usual run has no environment.</summary>
    public static JsonObject Strict(string? target = null) => Github(target, policy => policy["fields"]!["environment"] = "release");

    public static JsonObject Deny(string? target = null, Action<JsonObject>? with = null)
    {
        var policy = new JsonObject { ["effect"] = "deny", ["actions"] = new JsonArray("publish") };
        if (target is not null)
        {
            policy["target"] = target;
        }
        with?.Invoke(policy);
        return policy;
    }
}
