using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.People;

/// <summary><c>org</c>, <c>team</c> and <c>access</c> of npm, and what pnpm has of them.</summary>
public sealed class OrganisationTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Theory]
    [MemberData(nameof(Organisation.NpmVersions), MemberType = typeof(Organisation))]
    public async Task Npm_sets_lists_and_removes_members(string version)
    {
        var name = $"org-npm{version}";
        await Organisation.MakeAsync(World, name);
        using var npm = await Organisation.NpmAsync(World, version, World.MemberToken);

        var added = await npm.SaysAsync("org", "set", name, World.Administrator);
        var roster = await npm.SaysAsync("org", "ls", name);
        var removed = await npm.SaysAsync("org", "rm", name, World.Administrator);
        var last = await npm.RunAnywhereAsync("org", "set", name, World.Member, "developer");
        var unknown = await npm.RunAnywhereAsync("org", "ls", "org-of-nobody");

        Assert.Equal($"Added {World.Administrator} as developer to {name}. You now have 2 members in this org.", added);
        Assert.Equal([$"{World.Member} - owner", $"{World.Administrator} - developer"], roster.Split('\n'));
        Assert.Equal($"Successfully removed {World.Administrator} from {name}. You now have 1 member in this org.", removed);
        Assert.Contains("it has to have one", last.Errors, StringComparison.Ordinal);
        Assert.Contains("E404", unknown.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Organisation.NpmVersions), MemberType = typeof(Organisation))]
    public async Task Npm_makes_teams_fills_them_and_gives_them_packages(string version)
    {
        var name = $"team-npm{version}";
        await Organisation.MakeAsync(World, name);
        using var npm = await Organisation.NpmAsync(World, version, World.MemberToken);
        await npm.SaysAsync("org", "set", name, World.Administrator);

        Assert.Equal($"+@{name}:core", await npm.SaysAsync("team", "create", $"@{name}:core"));
        Assert.Equal([$"@{name} has 1 team:", $"@{name}:core"], (await npm.SaysAsync("team", "ls", name)).Split('\n'));
        await npm.SaysAsync("team", "add", $"@{name}:core", World.Administrator);
        Assert.Equal([$"@{name}:core has 1 user:", World.Administrator], (await npm.SaysAsync("team", "ls", $"{name}:core")).Split('\n'));
        await npm.SaysAsync("access", "grant", "read-only", $"{name}:core", $"@{name}/x");
        Assert.Equal($"@{name}/x: read-only", await npm.SaysAsync("access", "list", "packages", $"{name}:core"));
        Assert.Equal($"@{name}/x: read-write", await npm.SaysAsync("access", "list", "packages", name));
        Assert.Equal(
            [$"{World.Member}: read-write", $"{World.Administrator}: read-only"],
            (await npm.SaysAsync("access", "list", "collaborators", $"@{name}/x")).Split('\n'));
        Assert.Contains($"@{name}/x: read-write", await npm.SaysAsync("access", "list", "packages"), StringComparison.Ordinal);
        await npm.SaysAsync("access", "revoke", $"{name}:core", $"@{name}/x");
        Assert.Equal("", await npm.SaysAsync("access", "list", "packages", $"{name}:core"));
        await npm.SaysAsync("team", "rm", $"@{name}:core", World.Administrator);
        Assert.Equal($"-@{name}:core", await npm.SaysAsync("team", "destroy", $"@{name}:core"));
        Assert.Equal($"@{name} has 0 teams", await npm.SaysAsync("team", "ls", name));
    }

    [Theory]
    [MemberData(nameof(Organisation.NpmVersions), MemberType = typeof(Organisation))]
    public async Task Npm_opens_and_closes_a_package_within_the_ceiling(string version)
    {
        var name = $"access-npm{version}";
        await Organisation.MakeAsync(World, name);
        using var npm = await Organisation.NpmAsync(World, version, World.MemberToken);

        var tooFar = await npm.RunAnywhereAsync("access", "set", "status=public", $"@{name}/x");
        await OpenAsync(name);
        var opened = await npm.SaysAsync("access", "set", "status=public", $"@{name}/x");
        var closed = await npm.SaysAsync("access", "set", "status=private", $"@{name}/x");
        var shown = await npm.SaysAsync("access", "get", "status", $"@{name}/x");
        var factor = await npm.RunAnywhereAsync("access", "set", "mfa=automation", $"@{name}/x");

        Assert.Contains("cannot be opened to 'public'", tooFar.Errors, StringComparison.Ordinal);
        Assert.Equal($"@{name}/x: public", opened);
        Assert.Equal($"@{name}/x: private", closed);
        Assert.Equal($"@{name}/x: private", shown);
        Assert.Contains($"The lock of @{name}/x is loosened to 'tokens-allowed' only from", factor.ShouldSucceed().Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pnpm_makes_teams_and_changes_access()
    {
        const string name = "with-pnpm";
        await Organisation.MakeAsync(World, name);
        await OpenAsync(name);
        using var pnpm = await Organisation.PnpmAsync(World, World.MemberToken);
        using var npm = await Organisation.NpmAsync(World, "11", World.MemberToken);
        await npm.SaysAsync("org", "set", name, World.Administrator);

        await pnpm.SaysAsync("team", "create", $"@{name}:core");
        Assert.Contains($"@{name}:core", await pnpm.SaysAsync("team", "ls", $"@{name}"), StringComparison.Ordinal);
        await pnpm.SaysAsync("team", "add", $"@{name}:core", World.Administrator);
        Assert.Contains(World.Administrator, await pnpm.SaysAsync("team", "ls", $"@{name}:core"), StringComparison.Ordinal);
        await pnpm.SaysAsync("access", "grant", "read-only", $"@{name}:core", $"@{name}/x");
        Assert.Contains($"@{name}/x: read-only", await pnpm.SaysAsync("access", "list", "packages", $"{name}:core"), StringComparison.Ordinal);
        Assert.Contains($"@{name}/x: read-write", await pnpm.SaysAsync("access", "list", "packages", name), StringComparison.Ordinal);
        Assert.Contains($"{World.Administrator} <{World.Administrator}@example.test>: read-only", await pnpm.SaysAsync("access", "list", "collaborators", $"@{name}/x"), StringComparison.Ordinal);
        await pnpm.SaysAsync("access", "set", "status=public", $"@{name}/x");
        Assert.Contains("access: public", await pnpm.SaysAsync("access", "get", "status", $"@{name}/x"), StringComparison.Ordinal);
        await pnpm.SaysAsync("access", "set", "status=private", $"@{name}/x");
        Assert.Contains("access: restricted", await pnpm.SaysAsync("access", "get", "status", $"@{name}/x"), StringComparison.Ordinal);
        await pnpm.SaysAsync("access", "revoke", $"@{name}:core", $"@{name}/x");
        await pnpm.SaysAsync("team", "rm", $"@{name}:core", World.Administrator);
        await pnpm.SaysAsync("team", "destroy", $"@{name}:core");
    }

    private async Task OpenAsync(string organisation) =>
        await World.Http.CallAsync(HttpMethod.Put, $"-/assay/v1/scopes/@{organisation}", World.AdministratorToken, new JsonObject { ["ceiling"] = "public" });
}
