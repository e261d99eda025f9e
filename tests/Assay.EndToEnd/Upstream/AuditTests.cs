using Assay.EndToEnd.Clients;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Upstream;

/// <summary>The audits of stock clients, answered from imported advisories.</summary>
public sealed class AuditTests
{
    private const string Package = "@acme/vulnerable";
    private const string Title = "Prototype pollution in @acme/vulnerable";

    [Fact]
    public async Task Npm_names_the_vulnerable_package_and_its_fix_and_is_content_after_it()
    {
        await using var world = await StartAsync();
        using var npm = await world.MemberAsync();
        using var app = App.DependingOn(Package);
        await InstallAsync(world, npm, app);
        await ImportAsync(world);

        var audit = await npm.RunAsync(app.Path, "audit");

        Assert.Equal(1, audit.ExitCode);
        Assert.Contains($"{Package}  1.0.0", audit.Output, StringComparison.Ordinal);
        Assert.Contains("Severity: high", audit.Output, StringComparison.Ordinal);
        Assert.Contains($"{Title} - https://github.com/advisories/GHSA-aaaa-bbbb-cccc", audit.Output, StringComparison.Ordinal);
        Assert.Contains("fix available via `npm audit fix`", audit.Output, StringComparison.Ordinal);
        (await npm.RunAsync(app.Path, "audit", "fix")).ShouldSucceed();
        Assert.Contains("found 0 vulnerabilities", (await npm.RunAsync(app.Path, "audit")).ShouldSucceed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Npm_fails_where_nothing_is_known_and_is_told_where_knowledge_is_old()
    {
        await using var world = await StartAsync();
        using var npm = await world.MemberAsync();
        using var app = App.DependingOn(Package);
        await InstallAsync(world, npm, app);

        var unknown = await npm.RunAsync(app.Path, "audit");
        await ImportAsync(world, days: 30);
        var old = await npm.RunAsync(app.Path, "audit");
        await ImportAsync(world, days: 100);
        var tooOld = await npm.RunAsync(app.Path, "audit");

        Assert.NotEqual(0, unknown.ExitCode);
        Assert.Contains("This registry knows no security advisories", unknown.Printed, StringComparison.Ordinal);
        Assert.Equal(1, old.ExitCode);
        Assert.Contains("30 days ago", old.Errors, StringComparison.Ordinal);
        Assert.Contains($"{Package}  1.0.0", old.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, tooOld.ExitCode);
        Assert.Contains("too long to say that packages are free of them", tooOld.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Npm_names_what_this_registry_says_itself_until_it_is_taken_back()
    {
        await using var world = await StartAsync();
        using var npm = await world.MemberAsync();
        using var app = App.DependingOn(Package);
        await InstallAsync(world, npm, app);
        await Advisories.ImportedAsync(world, "somebody-elses", Title);
        Assert.Contains("found 0 vulnerabilities", (await npm.RunAsync(app.Path, "audit")).ShouldSucceed().Output, StringComparison.Ordinal);

        var issued = (await world.Server.AdminAsync(input: null, "advisory", "issue", Package, "--versions", "*", "--fixed", "1.2.0", "--malicious", "--summary", "sends tokens to a stranger")).ShouldSucceed();
        var audit = await npm.RunAsync(app.Path, "audit");

        var id = issued.Output.Split(' ')[0];
        Assert.Contains($"{Package}@1.0.0: ./run admin incident preview --from ", issued.Output, StringComparison.Ordinal);
        Assert.Equal(1, audit.ExitCode);
        Assert.Contains($"{Package}  1.0.0", audit.Output, StringComparison.Ordinal);
        Assert.Contains("Severity: critical", audit.Output, StringComparison.Ordinal);
        Assert.Contains($"Malicious: sends tokens to a stranger - {world.Server.Url}-/assay/v1/advisories/{id}", audit.Output, StringComparison.Ordinal);
        (await npm.RunAsync(app.Path, "audit", "fix")).ShouldSucceed();
        Assert.Contains("found 0 vulnerabilities", (await npm.RunAsync(app.Path, "audit")).ShouldSucceed().Output, StringComparison.Ordinal);
        (await world.Server.AdminAsync(input: null, "advisory", "withdraw", id)).ShouldSucceed();
        Assert.Contains("(withdrawn ", (await world.Server.AdminAsync(input: null, "advisory", "list")).ShouldSucceed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pnpm_names_the_vulnerable_package()
    {
        await using var world = await StartAsync();
        using var pnpm = await PackageManager.CreateAsync(PinnedClient.Pnpm, $"registry={world.Server.Url}", PackageManager.TokenLine(world.Server.Url, world.MemberToken));
        using var app = App.DependingOn(Package);
        await InstallAsync(world, pnpm, app);

        var unknown = await pnpm.RunAsync(app.Path, "audit");
        await ImportAsync(world);
        var audit = await pnpm.RunAsync(app.Path, "audit");

        Assert.NotEqual(0, unknown.ExitCode);
        Assert.Equal(1, audit.ExitCode);
        Assert.Contains(Title, audit.Output, StringComparison.Ordinal);
        Assert.Contains("<1.2.0", audit.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bun_names_the_vulnerable_package()
    {
        await using var world = await StartAsync();
        using var bun = await PackageManager.CreateAsync(PinnedClient.Bun, $"registry={world.Server.Url}", PackageManager.TokenLine(world.Server.Url, world.MemberToken));
        using var app = App.DependingOn(Package);
        await InstallAsync(world, bun, app);

        var unknown = await bun.RunAsync(app.Path, "audit");
        await ImportAsync(world);
        var audit = await bun.RunAsync(app.Path, "audit");

        Assert.NotEqual(0, unknown.ExitCode);
        Assert.Equal(1, audit.ExitCode);
        Assert.Contains(Title, audit.Printed, StringComparison.Ordinal);
        Assert.Contains("<1.2.0", audit.Printed, StringComparison.Ordinal);
    }

    private static Task<World> StartAsync() => World.StartAsync();

    private static async Task InstallAsync(World world, PackageManager client, App app)
    {
        await world.PublishedByMemberAsync(Package, "1.0.0");
        (await client.RunAsync(app.Path, "install")).ShouldSucceed();
        await world.PublishedByMemberAsync(Package, "1.2.0");
    }

    private static Task ImportAsync(World world, int days = 0) => Advisories.ImportedAsync(world, Package, Title, days);
}
