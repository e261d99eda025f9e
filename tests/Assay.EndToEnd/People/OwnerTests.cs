using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.People;

/// <summary><c>owner</c> of npm and pnpm.</summary>
public sealed class OwnerTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Theory]
    [MemberData(nameof(Organisation.NpmVersions), MemberType = typeof(Organisation))]
    public async Task Npm_adds_lists_and_removes_owners(string version)
    {
        var package = $"@npm{version}-owner/x";
        await World.PublishedByMemberAsync(package, "1.0.0");
        using var npm = await Organisation.NpmAsync(World, version, World.MemberToken);

        Assert.Equal($"{World.Member} <{World.Member}@example.test>", await npm.SaysAsync("owner", "ls", package));
        Assert.Equal($"+ {World.Administrator} ({package})", await npm.SaysAsync("owner", "add", World.Administrator, package));
        Assert.Equal(
            [$"{World.Member} <{World.Member}@example.test>", $"{World.Administrator} <{World.Administrator}@example.test>"],
            (await npm.SaysAsync("owner", "ls", package)).Split('\n').Order(StringComparer.Ordinal));
        Assert.Equal($"- {World.Member} ({package})", await npm.SaysAsync("owner", "rm", World.Member, package));
        var refused = await npm.RunAnywhereAsync("owner", "add", World.Member, package);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains($"These can help: {World.Administrator}.", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pnpm_adds_lists_and_removes_owners()
    {
        const string package = "@pnpm-owner/x";
        await World.PublishedByMemberAsync(package, "1.0.0");
        using var pnpm = await Organisation.PnpmAsync(World, World.MemberToken);

        var last = await pnpm.RunAnywhereAsync("owner", "rm", package, World.Member);
        await pnpm.SaysAsync("owner", "add", package, World.Administrator);
        var both = await pnpm.SaysAsync("owner", "ls", package);
        await pnpm.SaysAsync("owner", "rm", package, World.Member);

        Assert.NotEqual(0, last.ExitCode);
        Assert.Contains("has to have an owner", last.Printed, StringComparison.Ordinal);
        Assert.Contains(World.Administrator, both, StringComparison.Ordinal);
        Assert.Contains(World.Member, both, StringComparison.Ordinal);
        Assert.Equal($"{World.Administrator} <{World.Administrator}@example.test>", await pnpm.SaysAsync("owner", "ls", package));
    }
}
