using System.Collections.Frozen;

namespace Assay.Server.Upstream.Advisories.Osv;

/// <summary>The base score of a CVSS 3 vector (first.org/cvss/v3.1/specification-document, section 7.1).</summary>
internal static class Cvss3
{
    private static readonly FrozenDictionary<string, double> Weights = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["AV:N"] = 0.85,
        ["AV:A"] = 0.62,
        ["AV:L"] = 0.55,
        ["AV:P"] = 0.2,
        ["AC:L"] = 0.77,
        ["AC:H"] = 0.44,
        ["PR:N"] = 0.85,
        ["PR:L"] = 0.62,
        ["PR:H"] = 0.27,
        ["UI:N"] = 0.85,
        ["UI:R"] = 0.62,
        ["S:U"] = 0,
        ["S:C"] = 1,
        ["C:H"] = 0.56,
        ["C:L"] = 0.22,
        ["C:N"] = 0,
        ["I:H"] = 0.56,
        ["I:L"] = 0.22,
        ["I:N"] = 0,
        ["A:H"] = 0.56,
        ["A:L"] = 0.22,
        ["A:N"] = 0,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool TryScore(string? vector, out double score)
    {
        score = 0;
        if (vector?.Split('/') is not ["CVSS:3.0" or "CVSS:3.1", .. var metrics])
        {
            return false;
        }
        var weight = metrics.Where(Weights.ContainsKey).GroupBy(metric => metric.Split(':')[0], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => Weights[group.First()], StringComparer.Ordinal);
        if (weight.Count != 8)
        {
            return false;
        }
        score = Score(weight, isScopeChanged: weight["S"] > 0, Privileges(metrics, weight));
        return true;
    }

    // Privileges weigh more where the vulnerable component can hurt others.
    private static double Privileges(string[] metrics, Dictionary<string, double> weight) => weight["S"] == 0 ? weight["PR"]
        : metrics.Contains("PR:L") ? 0.68
        : metrics.Contains("PR:H") ? 0.5
        : weight["PR"];

    private static double Score(Dictionary<string, double> weight, bool isScopeChanged, double privileges)
    {
        var sub = 1 - ((1 - weight["C"]) * (1 - weight["I"]) * (1 - weight["A"]));
        var impact = isScopeChanged ? (7.52 * (sub - 0.029)) - (3.25 * Math.Pow(sub - 0.02, 15)) : 6.42 * sub;
        var exploitability = 8.22 * weight["AV"] * weight["AC"] * privileges * weight["UI"];
        return impact <= 0 ? 0 : RoundUp(Math.Min((isScopeChanged ? 1.08 : 1) * (impact + exploitability), 10));
    }

    // Appendix A: by integers, because a tenth is none in binary.
    private static double RoundUp(double value)
    {
        var scaled = (long)Math.Round(value * 100_000);
        return scaled % 10_000 == 0 ? scaled / 100_000.0 : ((scaled / 10_000) + 1) / 10.0;
    }
}
