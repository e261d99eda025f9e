using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>To a stranger with an honest token everything that is not theirs looks the same, byte for byte, whatever it is.</summary>
public sealed class UniformityTests
{
    // As long as each other, so that lengths can be compared as well.
    private const string Unknown = "@acme/unknown";
    private const string Private = "@acme/private";
    private const string Policyless = "@acme/polless";
    private const string Unmatched = "@acme/unmatch";
    private const string Mismatched = "@acme/mispind";
    private const string Inert = "@acme/inertly";
    private const string Foreign = "@else/whereto";
    private const string NoLongerAllowed = "@gone/outside";
    private const string Frozen = "@acme/freezed";
    private const string InFrozenScope = "@cold/package";
    private const string DeniedAbove = "@acme/denied1";
    private const string CoolingOff = "@acme/cooling";
    private const string WrongAction = "@acme/actions";

    private static readonly string[] Others =
    [
        Private, Policyless, Unmatched, Mismatched, Inert, Foreign, NoLongerAllowed, Frozen, InFrozenScope, DeniedAbove, CoolingOff, WrongAction,
    ];

    [Fact]
    public async Task Every_package_that_is_not_the_strangers_is_refused_in_the_same_bytes()
    {
        await using var world = await WorldAsync();
        var token = world.Github(Stranger());

        var unknown = await RawAsync(world, "POST", TrustWorld.ExchangePath(Unknown), token);

        Assert.StartsWith("HTTP/1.1 401", unknown, StringComparison.Ordinal);
        Assert.Contains("no-matching-policy", unknown, StringComparison.Ordinal);
        foreach (var other in Others)
        {
            var answer = await RawAsync(world, "POST", TrustWorld.ExchangePath(other), token);
            Assert.Equal(Nameless(unknown, Unknown), Nameless(answer, other));
        }
    }

    [Fact]
    public async Task The_publish_that_a_client_sends_afterwards_is_refused_in_the_same_bytes_too()
    {
        await using var world = await WorldAsync();
        var token = world.Github(Stranger());

        var unknown = await AfterwardsAsync(world, Unknown, token);

        Assert.Contains("no-matching-policy", unknown, StringComparison.Ordinal);
        foreach (var other in Others)
        {
            Assert.Equal(unknown, await AfterwardsAsync(world, other, token));
        }
    }

    [Fact]
    public async Task A_publish_without_any_exchange_does_not_tell_them_apart_either()
    {
        await using var world = await WorldAsync();

        var unknown = Nameless(await RawAsync(world, "PUT", "/" + TrustWorld.Escape(Unknown), null), Unknown);

        Assert.StartsWith("HTTP/1.1 401", unknown, StringComparison.Ordinal);
        foreach (var other in Others)
        {
            Assert.Equal(unknown, Nameless(await RawAsync(world, "PUT", "/" + TrustWorld.Escape(other), null), other));
        }
    }

    // What the limits count must not depend on what exists, or the limit itself would tell.
    [Fact]
    public async Task Refusals_count_alike_towards_the_limits()
    {
        await using var world = await WorldAsync("--Assay:TrustedPublishing:RefusalsPerProject=2");
        var refusals = new List<string>();

        foreach (var package in new[] { Unknown, Private, Unmatched })
        {
            world.App.Clock.Advance(TimeSpan.FromMinutes(1));
            var token = world.Github(Stranger());
            await world.ExchangeAsync(token, package);
            await world.ExchangeAsync(token, package);
            refusals.Add(Nameless(await RawAsync(world, "POST", TrustWorld.ExchangePath(package), token), package));
        }

        Assert.Contains("too-many-failures", refusals[0], StringComparison.Ordinal);
        Assert.Single(refusals.Distinct());
    }

    private static JsonObject Stranger() => new() { ["repository"] = "mallory/octo-repo" };

    private static async Task<TrustWorld> WorldAsync(params string[] configuration)
    {
        var world = await TrustWorld.StartAsync(configuration, ["@acme/*", "@gone/*", "@cold/*"]);
        // Trusts the very stranger, but too long ago to learn their ids.
        await world.TrustGithubAsync(Inert, "mallory/octo-repo");
        await world.TrustGithubAsync(NoLongerAllowed, "mallory/octo-repo");
        world.App.Clock.Advance(TimeSpan.FromDays(8));
        await world.TrustGithubAsync(Private);
        await world.PublishFromGithubAsync("1.0.0", package: Private);
        await world.PublishAsync(world.Administrator, "1.0.0", Policyless);
        await world.TrustGithubAsync(Unmatched, "octo-org/elsewhere");
        await PinnedToAnOlderSelfAsync(world);
        await AlmostTrustedAsync(world);
        await FrozenAsync(world);
        await NarrowAsync(world);
        return world;
    }

    /// <summary>The stranger has the trusted name, and not the ids it had.</summary>
    private static async Task PinnedToAnOlderSelfAsync(TrustWorld world)
    {
        await world.TrustGithubAsync(Mismatched, "mallory/octo-repo");
        await world.PublishFromGithubAsync("1.0.0", new JsonObject { ["repository"] = "mallory/octo-repo", ["repository_id"] = "7" }, Mismatched);
    }

    /// <summary>Each trusts the very stranger, who is not known by ids yet, and is held back by something else than its name.</summary>
    private static async Task AlmostTrustedAsync(TrustWorld world)
    {
        foreach (var package in new[] { DeniedAbove, CoolingOff, WrongAction })
        {
            await world.PublishAsync(world.Administrator, "1.0.0", package);
        }
        var unpinned = new TestPolicy(TrustActions.Publish) { Repository = "mallory/octo-repo", IsPinned = false };
        await (unpinned with { Target = DeniedAbove }).AddToAsync(world);
        await TestPolicy.Deny(TrustActions.Publish, "@acme/denied*").AddToAsync(world);
        await (unpinned with { Target = CoolingOff, StartsAfter = TimeSpan.FromDays(1) }).AddToAsync(world);
        await (unpinned with { Target = WrongAction, Actions = TrustActions.Deprecate }).AddToAsync(world);
    }

    private static async Task NarrowAsync(TrustWorld world) => await world.App.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, stop) =>
    {
        foreach (var row in await commit.Db.IssuerBindings.AsTracking().ToListAsync(stop))
        {
            row.Names = "@acme/*\n@cold/*";
        }
        var policies = commit.Db.TrustPolicies.AsTracking()
            .Where(row => row.Target == NoLongerAllowed);
        foreach (var row in await policies.ToListAsync(stop))
        {
            row.ArmedAt = commit.Now;
        }
        commit.Changed(TrustStore.IssuersChanged);
        return true;
    }, CancellationToken.None);

    private static async Task FrozenAsync(TrustWorld world)
    {
        foreach (var package in new[] { Frozen, InFrozenScope })
        {
            await world.TrustGithubAsync(package);
            await world.PublishFromGithubAsync("1.0.0", package: package);
        }
        await world.FrozenAsync(Select.Package(Frozen));
        await world.FrozenAsync(Select.Scope("@cold"));
    }

    private static async Task<string> AfterwardsAsync(TrustWorld world, string package, string token)
    {
        await world.ExchangeAsync(token, package);
        return Nameless(await RawAsync(world, "PUT", "/" + TrustWorld.Escape(package), null), package);
    }

    private static string Nameless(string answer, string package) => answer
        .Replace(package, "@some/package", StringComparison.Ordinal)
        .Replace(TrustWorld.Escape(package), "@some%2fpackage", StringComparison.Ordinal);

    /// <summary>The whole answer as it came over the wire, but for the line with the date.</summary>
    private static async Task<string> RawAsync(TrustWorld world, string method, string path, string? bearer)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("localhost", world.App.Url.Port);
        await using var stream = client.GetStream();
        var authorization = bearer is null ? "" : $"Authorization: Bearer {bearer}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{authorization}Content-Length: 0\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var lines = (await reader.ReadToEndAsync()).Split("\r\n");
        return string.Join("\r\n", lines.Where(line => !line.StartsWith("Date:", StringComparison.OrdinalIgnoreCase)));
    }
}
