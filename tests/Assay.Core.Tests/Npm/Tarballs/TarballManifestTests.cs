using System.Text;
using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class TarballManifestTests
{
    [Fact]
    public Task Refuses_a_package_without_package_json() =>
        Tarballs.RefuseAsync("missing-package-json", new TarBuilder().File("package/lib/package.json", "{}").Tgz());

    [Fact]
    public Task Refuses_a_second_package_json_in_other_letters() =>
        Tarballs.RefuseAsync("second-package-json", TarBuilder.Valid().File("package/Package.json", "{}").Tgz());

    [Fact]
    public Task Refuses_a_second_package_json_of_the_same_name() =>
        Tarballs.RefuseAsync("duplicate-entry", TarBuilder.Valid().File("package/package.json", TarBuilder.PackageJson).Tgz());

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"name\":\"x\"")]
    [InlineData("{\"name\":\"x\"} {}")]
    [InlineData("{\"name\":\"x\",}")]
    [InlineData("{'name':'x'}")]
    [InlineData("{\"name\":\"\\ud800\"}")]
    [InlineData("{\"name\":\"x\",\"name\":\"y\"}")]
    [InlineData("{\"name\":\"x\",\"\\u006eame\":\"y\"}")]
    public Task Refuses_a_package_json_that_readers_may_read_differently(string json) =>
        Tarballs.RefuseAsync("invalid-package-json", new TarBuilder().File("package/package.json", json).Tgz());

    [Fact]
    public Task Refuses_a_package_json_that_is_not_utf8() =>
        Tarballs.RefuseAsync(
            "invalid-package-json", new TarBuilder().File("package/package.json", [.. "{\"name\":\""u8, 0xFF, .. "\"}"u8]).Tgz());

    [Fact]
    public async Task Refuses_a_package_json_nested_too_deep()
    {
        await Tarballs.AcceptAsync(Nested(63));
        await Tarballs.RefuseAsync("invalid-package-json", Nested(64));
    }

    [Fact]
    public async Task Takes_the_last_of_members_repeated_further_down()
    {
        var tgz = new TarBuilder().File("package/package.json", "\uFEFF{\"name\":\"x\",\"scripts\":{\"a\":\"1\",\"a\":\"2\"}}").Tgz();

        var contents = await Tarballs.AcceptAsync(tgz);

        Assert.Equal("""{"name":"x","scripts":{"a":"2"}}""", contents.PackageJson.ToJsonString());
    }

    [Fact]
    public async Task Refuses_a_package_json_that_is_too_large()
    {
        var limits = new TarballLimits { MaxPackageJsonSize = TarBuilder.PackageJson.Length };

        await Tarballs.AcceptAsync(TarBuilder.Valid().Tgz(), limits);
        await Tarballs.RefuseAsync(
            "package-json-too-large", new TarBuilder().File("package/package.json", TarBuilder.PackageJson + " ").Tgz(), limits);
    }

    private static byte[] Nested(int depth)
    {
        var json = new StringBuilder("{\"a\":").Append('[', depth).Append(']', depth).Append('}');
        return new TarBuilder().File("package/package.json", json.ToString()).Tgz();
    }
}
