using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.People;

/// <summary>An organisation of one test, owned by the member, with a package in its scope. The administrator is the somebody else.</summary>
internal static class Organisation
{
    public static TheoryData<string> NpmVersions => ["11", "12"];

    public static async Task MakeAsync(World world, string name)
    {
        (await world.Server.AdminAsync(input: null, ["org", "add", name, "--owner", World.Member])).ShouldSucceed();
        await world.PublishedByMemberAsync($"@{name}/x", "1.0.0");
    }

    /// <summary>npm of that version, as this token's person; without one, as in a job.</summary>
    public static Task<PackageManager> NpmAsync(World world, string version, string? token) => PackageManager.CreateAsync(
        version == "12" ? PinnedClient.Npm12 : PinnedClient.Npm, [$"registry={world.Server.Url}", .. token is null ? [] : new[] { PackageManager.TokenLine(world.Server.Url, token) }]);

    public static Task<PackageManager> PnpmAsync(World world, string token) =>
        PackageManager.CreateAsync(PinnedClient.Pnpm, $"registry={world.Server.Url}", PackageManager.TokenLine(world.Server.Url, token));

    /// <summary>What the command printed, without the lines around it.</summary>
    public static async Task<string> SaysAsync(this PackageManager client, params string[] arguments) =>
        (await client.RunAnywhereAsync(arguments)).ShouldSucceed().Output.Trim();
}
