using System.Text;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Upstream.Advisories;
using Assay.Server.Upstream.Advisories.Osv;

namespace Assay.Server.Tests.Upstream.Advisories;

/// <summary>From OSV's words to npm's.</summary>
public sealed class OsvTests
{
    [Theory]
    [InlineData("introduced 0,fixed 1.2.0", "<1.2.0")]
    [InlineData("introduced 1.0.0,fixed 1.2.0", ">=1.0.0 <1.2.0")]
    [InlineData("introduced 0,last_affected 1.2.0", "<=1.2.0")]
    [InlineData("introduced 1.0.0,last_affected 1.2.0", ">=1.0.0 <=1.2.0")]
    [InlineData("introduced 1.2.0,last_affected 1.2.0", "1.2.0")]
    [InlineData("introduced 0", "*")]
    [InlineData("introduced 1.0.0", ">=1.0.0")]
    [InlineData("introduced 0,fixed 1.2.0,introduced 2.0.0,fixed 2.3.0", "<1.2.0 || >=2.0.0 <2.3.0")]
    [InlineData("fixed 2.3.0,introduced 2.0.0,fixed 1.2.0,introduced 0", "<1.2.0 || >=2.0.0 <2.3.0")]
    [InlineData("introduced 0,fixed 1.2.0,introduced 2.0.0", "<1.2.0 || >=2.0.0")]
    [InlineData("introduced 1.0.0-beta.2,fixed 1.2.0-rc.1", ">=1.0.0-beta.2 <1.2.0-rc.1")]
    public void Events_become_a_range(string events, string range)
    {
        var document = new OsvDocument("GHSA-1", "x") { Events = events.Split(',') };

        Assert.Equal(range, Read(document).Advisory!.Ranges["x"]);
    }

    [Fact]
    public void Listed_versions_count_besides_ranges_and_not_twice()
    {
        var document = new OsvDocument("MAL-1", "x") { Versions = ["1.0.0", "3.0.0", "3.0.1"] };

        Assert.Equal("<1.2.0 || 3.0.0 || 3.0.1", Read(document).Advisory!.Ranges["x"]);
    }

    [Fact]
    public void Two_entries_about_one_package_are_alternatives()
    {
        var json = new OsvDocument("GHSA-1", "x").ToJson();
        json.Remove("withdrawn");
        json["affected"]!.AsArray().Add(new OsvDocument("GHSA-1", "x") { Events = ["introduced 2.0.0", "fixed 2.1.0"] }.ToJson()["affected"]![0]!.DeepClone());

        Assert.Equal("<1.2.0 || >=2.0.0 <2.1.0", Read(json.ToJsonString()).Advisory!.Ranges["x"]);
    }

    [Theory]
    [InlineData("<1.2.0", "1.1.9", true)]
    [InlineData("<1.2.0", "1.2.0", false)]
    [InlineData("<1.2.0", "1.2.0-rc.1", true)]
    [InlineData("<1.2.0", "0.0.0-0", true)]
    [InlineData("*", "0.0.0-0", true)]
    [InlineData("*", "99.0.0-beta", true)]
    [InlineData(">=1.0.0 <1.2.0", "1.0.0-rc.1", false)]
    [InlineData(">=1.0.0 <1.2.0", "1.1.0-rc.1", true)]
    [InlineData("<1.2.0 || 3.0.0", "3.0.0", true)]
    [InlineData("<1.2.0 || 3.0.0", "3.0.0-rc.1", false)]
    [InlineData("what is this", "1.0.0", true)]
    public void Versions_are_judged_as_npms_audit_judges_them(string range, string version, bool holds)
    {
        Assert.True(SemanticVersion.TryParse(version, out var parsed));

        Assert.Equal(holds, VulnerableRange.Holds(range, parsed));
    }

    [Fact]
    public void A_list_longer_than_a_range_may_be_is_read_to_its_end()
    {
        var range = Read(new OsvDocument("MAL-1", "x") { Events = [], Versions = [.. Enumerable.Range(0, 2000).Select(patch => $"1.0.{patch}")] }).Advisory!.Ranges["x"];

        Assert.InRange(range.Length, VersionRange.MaxLength + 1, int.MaxValue);
        Assert.True(SemanticVersion.TryParse("1.0.1999", out var last));
        Assert.True(SemanticVersion.TryParse("1.0.2000", out var next));
        Assert.Equal((true, false), (VulnerableRange.Holds(range, last), VulnerableRange.Holds(range, next)));
    }

    [Theory]
    [InlineData("CRITICAL", null, "critical")]
    [InlineData("MODERATE", null, "moderate")]
    [InlineData("MEDIUM", null, "moderate")]
    [InlineData("LOW", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "low")]
    [InlineData(null, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "critical")]
    [InlineData(null, "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "high")]
    [InlineData(null, "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", "low")]
    [InlineData(null, "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "high")]
    [InlineData(null, null, "high")]
    [InlineData("surprising", null, "high")]
    public void Severity_is_the_databases_or_the_vectors_and_never_slips_below(string? severity, string? vector, string shown)
    {
        var json = JsonNode.Parse(Read(new OsvDocument("GHSA-1", "x") { Severity = severity, Vector = vector }).Advisory!.Json)!;

        Assert.Equal(shown, (string?)json["severity"]);
    }

    [Fact]
    public void A_malicious_package_is_critical() =>
        Assert.Contains("\"severity\":\"critical\"", Read(new OsvDocument("MAL-2026-1", "x") { Severity = null, Vector = null }).Advisory!.Json, StringComparison.Ordinal);

    // The examples of the specification and of its calculator.
    [Theory]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4)]
    [InlineData("CVSS:3.0/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1)]
    [InlineData("CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H", 6.7)]
    [InlineData("CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0)]
    public void Vectors_have_their_scores(string vector, double score)
    {
        Assert.True(Cvss3.TryScore(vector, out var found));
        Assert.Equal(score, found);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("CVSS:3.1/AV:N")]
    [InlineData("CVSS:2.0/AV:N/AC:L/Au:N/C:P/I:P/A:P")]
    [InlineData("CVSS:3.1/AV:Z/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")]
    public void What_is_no_vector_has_no_score(string? vector) => Assert.False(Cvss3.TryScore(vector, out _));

    [Fact]
    public void Clients_are_told_what_the_public_registry_tells_them()
    {
        var json = JsonNode.Parse(Read(new OsvDocument("GHSA-p6mc-m468-83gw", "lodash")).Advisory!.Json)!;

        Assert.Equal("https://github.com/advisories/GHSA-p6mc-m468-83gw", (string?)json["url"]);
        Assert.Equal("Prototype pollution in lodash", (string?)json["title"]);
        Assert.Equal("""["CWE-1321"]""", json["cwe"]!.ToJsonString());
        Assert.Equal("""{"score":9.8,"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}""", json["cvss"]!.ToJsonString());
    }

    // Clients keep what they ignore by this number: it must not change with a version of this program.
    [Fact]
    public void The_number_of_an_advisory_is_always_the_same()
    {
        Assert.Equal(3701326063884802, OsvShown.NumberOf("GHSA-p6mc-m468-83gw"));
        Assert.All(Enumerable.Range(0, 10_000), number => Assert.InRange(OsvShown.NumberOf($"GHSA-{number}"), 1, (1L << 53) - 1));
    }

    [Theory]
    [InlineData("nothing", "is not JSON")]
    [InlineData("[]", "has no id")]
    [InlineData("""{"id":"GHSA-1"}""", "does not say when")]
    [InlineData("""{"id":"GHSA-1\n","modified":"2026-01-01T00:00:00Z"}""", "has no id")]
    [InlineData("""{"id":7,"modified":7,"affected":7}""", "has no id")]
    public void What_is_no_document_is_told(string text, string problem) => Assert.Contains(problem, Assert.Single(Read(text).Problems), StringComparison.Ordinal);

    [Theory]
    [InlineData("introduced nonsense,fixed 1.0.0")]
    [InlineData("fixed 1.0.0")]
    public void A_range_that_cannot_be_read_is_told_and_makes_no_advisory(string events)
    {
        var reading = Read(new OsvDocument("GHSA-1", "x") { Events = events.Split(',') });

        Assert.Empty(reading.Advisory!.Ranges);
        Assert.Contains(reading.Problems, problem => problem.Contains("a range that cannot be read of x", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"affected":[7,null,{"package":7},{"package":{"ecosystem":"npm"}},{"package":{"ecosystem":"npm","name":"../x"}}]}""")]
    [InlineData("""{"affected":[{"package":{"ecosystem":"npm","name":"x"},"ranges":[{"type":"SEMVER","events":[{"introduced":0},7]}],"versions":[7,"x"]}]}""")]
    [InlineData("""{"severity":[7,{"type":"CVSS_V3","score":7}],"database_specific":7,"summary":7,"details":7}""")]
    public void Surprising_types_never_throw(string members)
    {
        var json = JsonNode.Parse(members)!.AsObject();
        json["id"] = "GHSA-1";
        json["modified"] = "2026-01-01T00:00:00Z";

        Assert.Empty(Read(json.ToJsonString()).Advisory!.Ranges);
    }

    private static OsvReading Read(OsvDocument document) => Read(document.ToText());

    private static OsvReading Read(string text) => OsvReading.Of(Encoding.UTF8.GetBytes(text));
}
