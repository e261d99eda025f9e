using System.Text;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Provenance;

namespace Assay.Core.Tests.Provenance;

public sealed class UnverifiedBundleTests
{
    [Theory]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.3+json")]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.2")]
    public void Reads_what_a_bundle_is_about(string mediaType)
    {
        var json = Bundle(mediaType, "pkg:npm/%40acme/x@1.0.0").ToJsonString();

        Assert.True(UnverifiedBundle.TryRead(json, out var bundle));
        Assert.Equal("pkg:npm/%40acme/x@1.0.0", bundle.Subject);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"mediaType\":7}")]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"}")]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"mediaType\":\"x\"}")]
    public void Refuses_what_is_not_a_bundle(string json) => Assert.False(UnverifiedBundle.TryRead(json, out _));

    [Fact]
    public void Refuses_a_statement_about_two_subjects()
    {
        var json = Bundle("application/vnd.dev.sigstore.bundle.v0.3+json", "pkg:npm/a@1.0.0", "pkg:npm/b@1.0.0").ToJsonString();

        Assert.False(UnverifiedBundle.TryRead(json, out _));
    }

    [Theory]
    [InlineData("@acme/x", "1.1.0-rc.1", "pkg:npm/%40acme/x@1.1.0-rc.1")]
    [InlineData("left-pad", "1.0.0", "pkg:npm/left-pad@1.0.0")]
    public void Names_a_version_as_statements_do(string name, string version, string expected)
    {
        Assert.True(PackageName.TryParse(name, out var package));
        Assert.True(SemanticVersion.TryParse(version, out var parsed));

        Assert.Equal(expected, PackageUrl.Of(package, parsed));
    }

    private static JsonObject Bundle(string mediaType, params string[] subjects)
    {
        var statement = new JsonObject { ["subject"] = new JsonArray([.. subjects.Select(subject => new JsonObject { ["name"] = subject })]) };
        return new JsonObject
        {
            ["mediaType"] = mediaType,
            ["dsseEnvelope"] = new JsonObject
            {
                ["payloadType"] = "application/vnd.in-toto+json",
                ["payload"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(statement.ToJsonString())),
            },
        };
    }
}
