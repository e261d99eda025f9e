using System.Text.Json.Nodes;
using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class PackageManifestTests
{
    [Fact]
    public void Keeps_what_the_author_wrote_and_states_what_the_registry_knows()
    {
        var manifest = Manifests.Read(Manifests.Contents(
            """
            "description":"…","keywords":["a","b"],"license":"MIT","scripts":{"postinstall":"x"},"dependencies":{"y":"^1"},
            "exports":{".":"./a.js"},"odd":[1.50,{"deep":null}]
            """, "npm-shrinkwrap.json"), new PublisherDetails("24.0.0", "12.2.0", new string('a', 40)));

        Assert.Equal(("@acme/x", "1.0.0"), (manifest.Name.Value, manifest.Version.ToString()));
        Assert.Equal(("…", "MIT", true), (manifest.Description, manifest.License, manifest.HasInstallScript));
        Assert.Equal(["a", "b"], manifest.Keywords);
        AssertJson(
            $$"""
            {"name":"@acme/x","version":"1.0.0","description":"…","keywords":["a","b"],"license":"MIT","scripts":{"postinstall":"x"},
            "dependencies":{"y":"^1"},"exports":{".":"./a.js"},"odd":[1.50,{"deep":null}],"_id":"@acme/x@1.0.0","_hasShrinkwrap":true,
            "hasInstallScript":true,"_nodeVersion":"24.0.0","_npmVersion":"12.2.0","gitHead":"{{new string('a', 40)}}"}
            """,
            Manifests.Json(manifest.FullJson.Span));
        AssertJson(
            """
            {"name":"@acme/x","version":"1.0.0","license":"MIT","dependencies":{"y":"^1"},"hasInstallScript":true,"_hasShrinkwrap":true}
            """,
            Manifests.Json(manifest.AbbreviatedJson.Span));
    }

    [Fact]
    public void Abbreviates_to_the_members_that_an_install_reads()
    {
        const string members =
            """
            "dependencies":{"a":"1"},"optionalDependencies":{"b":"1"},"devDependencies":{"c":"1"},"peerDependencies":{"d":"1"},
            "peerDependenciesMeta":{"d":{"optional":true}},"acceptDependencies":{"a":"2"},"bundleDependencies":["a"],"bin":{"x":"x.js"},
            "directories":{"lib":"lib"},"engines":{"node":">=20"},"os":["linux"],"cpu":["x64"],"libc":["glibc"],"funding":"https://x.example"
            """;

        var manifest = Manifests.Read(Manifests.Contents(members + ",\"main\":\"x.js\",\"scripts\":{\"test\":\"x\"}"));

        AssertJson($$"""{"name":"@acme/x","version":"1.0.0",{{members}}}""", Manifests.Json(manifest.AbbreviatedJson.Span));
    }

    [Fact]
    public void Removes_what_only_the_registry_may_state()
    {
        var full = Manifests.Full(
            """
            "_id":"@acme/y@9.9.9","_rev":"1","_npmUser":{"name":"root"},"_hasShrinkwrap":true,"__proto__":{},"maintainers":["eve"],
            "dist":{"integrity":"x"},"deprecated":"no","hasInstallScript":true,"time":{},"_attachments":{},"readme":"x","readmeFilename":"x",
            "dist-tags":{},"versions":{},"access":"public"
            """);

        AssertJson("""{"name":"@acme/x","version":"1.0.0","_id":"@acme/x@1.0.0","_hasShrinkwrap":false}""", full);
    }

    [Theory]
    [InlineData("""{"version":"1.0.0"}""", "name")]
    [InlineData("""{"name":"..","version":"1.0.0"}""", "name")]
    [InlineData("""{"name":"x"}""", "version")]
    [InlineData("""{"name":"x","version":"1.0"}""", "version")]
    [InlineData("""{"name":"x","version":1}""", "version")]
    [InlineData("""{"name":"x","version":"1.0.0","private":true}""", "private")]
    [InlineData("""{"name":"x","version":"1.0.0","dependencies":["y"]}""", "dependencies")]
    [InlineData("""{"name":"x","version":"1.0.0","dependencies":"y@1"}""", "dependencies")]
    [InlineData("""{"name":"x","version":"1.0.0","peerDependencies":{"y":1}}""", "peerDependencies")]
    [InlineData("""{"name":"x","version":"1.0.0","optionalDependencies":{"y":null}}""", "optionalDependencies")]
    public void Refuses_and_names_the_member(string json, string member)
    {
        var contents = Manifests.Contents("") with { PackageJson = Manifests.Json(json) };

        Assert.False(PackageManifest.TryRead(contents, PublisherDetails.None, out _, out var problems));
        Assert.Contains($"\"{member}\"", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_all_problems_at_once()
    {
        var contents = Manifests.Contents("") with { PackageJson = Manifests.Json("""{"private":true}""") };

        Assert.False(PackageManifest.TryRead(contents, PublisherDetails.None, out _, out var problems));
        Assert.Equal(3, problems.Count);
    }

    [Fact]
    public void Cleans_the_version()
    {
        var contents = Manifests.Contents("") with { PackageJson = Manifests.Json("""{"name":"x","version":"=v1.0.0+5"}""") };

        Assert.Equal("x@1.0.0", Manifests.Json(Manifests.Read(contents).FullJson.Span)["_id"]!.GetValue<string>());
    }

    [Fact]
    public void Does_not_change_the_contents_it_reads()
    {
        var contents = Manifests.Contents("\"bin\":\"x.js\",\"dist\":{}");
        var before = contents.PackageJson.ToJsonString();

        Manifests.Read(contents);

        Assert.Equal(before, contents.PackageJson.ToJsonString());
    }

    [Theory]
    [InlineData("", "node-gyp rebuild", true)]
    [InlineData("\"scripts\":{\"install\":\"make\"}", "make", null)]
    [InlineData("\"scripts\":{\"preinstall\":\"make\"}", null, null)]
    [InlineData("\"scripts\":{\"test\":\"make\"}", "node-gyp rebuild", true)]
    [InlineData("\"scripts\":\"x\"", "node-gyp rebuild", true)]
    [InlineData("\"gypfile\":false", null, false)]
    public void Builds_native_code_unless_told_otherwise(string members, string? install, bool? gypfile)
    {
        var full = Manifests.Full(members, "binding.gyp");

        Assert.Equal(install, full["scripts"]?["install"]?.GetValue<string>());
        Assert.Equal(gypfile, full["gypfile"]?.GetValue<bool>());
        Assert.Equal(gypfile is not false, full.ContainsKey("hasInstallScript"));
    }

    [Fact]
    public void Finds_the_commands_in_a_directory()
    {
        var full = Manifests.Full(
            "\"directories\":{\"bin\":\"./tools\"}", "tools/a.js", "tools/sub/b", "tools/.hidden", "toolsmith/c", "index.js");

        AssertJson("""{"a.js":"tools/a.js","b":"tools/sub/b"}""", full["bin"]);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"\"")]
    public void Takes_nothing_for_no_dependencies(string nothing) =>
        Assert.False(Manifests.Full($"\"dependencies\":{nothing}").ContainsKey("dependencies"));

    internal static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual?.ToJsonString());
}
