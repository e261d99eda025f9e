using System.Text.Json.Nodes;

namespace Assay.CiSimulator.Providers;

/// <summary>The environment variables of a job, most of which repeat a claim.</summary>
internal static class JobEnvironment
{
    public static Dictionary<string, string> Of(JsonObject claims, IEnumerable<(string Variable, string Claim)> repeated)
    {
        var environment = new Dictionary<string, string> { ["CI"] = "true" };

        foreach (var (variable, claim) in repeated)
        {
            if (claims[claim] is { } value)
            {
                environment[variable] = value.ToString();
            }
        }

        return environment;
    }
}
