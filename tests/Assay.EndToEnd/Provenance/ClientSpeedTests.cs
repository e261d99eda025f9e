using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Provenance;

/// <summary>Measured with nothing else running.</summary>
[Collection(nameof(Alone))]
public sealed class ClientSpeedTests
{
    [Fact]
    public async Task A_lockfile_of_a_thousand_packages_is_proved_within_fifteen_seconds()
    {
        await using var world = await World.StartAsync(World.Unhindered);
        using var client = new AssayClient(world);
        var packages = await Task.WhenAll(Enumerable.Range(0, 8).Select(part => PublishManyAsync(world, part)));
        client.WriteLockfile([.. packages.SelectMany(part => part)]);
        var clock = Stopwatch.StartNew();

        var verified = (await client.RunAsync("verify", "package-lock.json", "--require-log", "--json")).ShouldSucceed();

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), $"{clock.Elapsed}");
        Assert.Equal(1000, JsonNode.Parse(verified.Output)!["packages"]!.AsArray().Count);
    }

    private static async Task<List<(string, string, string)>> PublishManyAsync(World world, int part)
    {
        var published = new List<(string, string, string)>();
        for (var number = 0; number < 125; number++)
        {
            var sample = new SamplePackage($"p{part}-{number}", "1.0.0");
            var tarball = sample.ToTarball();
            using var answer = await world.Http.PublishAsync(sample, tarball, world.MemberToken);
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
            published.Add((sample.Name, sample.Version, $"sha512-{Convert.ToBase64String(SHA512.HashData(tarball))}"));
        }
        return published;
    }

    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;
}
