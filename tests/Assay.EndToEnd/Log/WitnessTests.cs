using System.Net;
using Assay.EndToEnd.Harness;
using Assay.Provenance.Log.Notes;

namespace Assay.EndToEnd.Log;

/// <summary>Somebody outside who remembers: what the log was, it cannot become another.</summary>
public sealed class WitnessTests
{
    private const string Package = "@acme/witnessed";

    [Fact]
    public async Task A_log_that_grows_is_signed_by_its_witness_and_goes_on_being_signed_after_either_was_away()
    {
        await using var witness = await WitnessProcess.CreateAsync();
        await using var world = await World.StartAsync(witness.Options);
        var log = new ServedLog(world.Http, world.MemberToken);
        await ShouldNotBeWitnessedAsync(log);

        await witness.StartAsync(await log.KeyAsync());
        await world.PublishedByMemberAsync(Package, "1.0.0");
        await ShouldBeWitnessedAsync(log, witness);

        await world.RestartAsync();
        await world.PublishedByMemberAsync(Package, "1.0.1");
        await ShouldBeWitnessedAsync(log, witness);

        await witness.StopAsync();
        await world.PublishedByMemberAsync(Package, "1.0.2");
        await LoggedAsync(world, "warn", $"The witness {witness.Url} did not sign");
        await witness.StartAsync(await log.KeyAsync());
        await ShouldBeWitnessedAsync(log, witness);
    }

    // A copy of the database that goes on after others have seen more: another history under the same name.
    [Fact]
    public async Task A_forked_log_is_not_signed_and_the_operator_is_told_by_whom()
    {
        await using var witness = await WitnessProcess.CreateAsync();
        await using var world = await World.StartAsync(witness.Options);
        using var folder = new TemporaryFolder();
        var log = new ServedLog(world.Http, world.MemberToken);
        await witness.StartAsync(await log.KeyAsync());
        await world.PublishedByMemberAsync(Package, "1.0.0");
        var before = (await ShouldBeWitnessedAsync(log, witness)).Head;
        await world.Server.StopAsync();
        var copy = DatabaseCopy.Of(world, folder);
        await world.RestartAsync();
        await world.PublishedByMemberAsync(Package, "1.0.1", "1.0.2");
        var seen = (await ShouldBeWitnessedAsync(log, witness)).Head;

        await copy.RestoreAsync(world);
        await LoggedAsync(world, "fail", $"The witness {witness.Url} has seen {seen.Size} leaves of this log, which has {before.Size}:");
        var fork = await GrowBeyondAsync(world, log, seen.Size);

        await LoggedAsync(world, "fail", $"The witness {witness.Url} has seen {seen.Size} leaves of this log, and its {fork.Size} do not go on from them:");
        Assert.Equal(before.Root, (await log.VerifiedAsync("checkpoint/witnessed", witness.Key)).Head.Root);
        Assert.Empty((await log.VerifiedAsync("checkpoint", witness.Key)).Cosignatures);
        Assert.Equal(seen.Size, await witness.SeenAsync());
    }

    private static async Task<Checkpoint> ShouldBeWitnessedAsync(ServedLog log, WitnessProcess witness)
    {
        var size = (await log.VerifiedAsync()).Head.Size;
        await Until.TrueAsync(async () => (await log.VerifiedAsync("checkpoint", witness.Key)).Cosignatures.Any(), $"The witness signs {size} leaves");
        var witnessed = await log.VerifiedAsync("checkpoint/witnessed", witness.Key);

        Assert.Equal(size, witnessed.Head.Size);
        Assert.Equal(size, await witness.SeenAsync());
        Assert.Equal(witness.Key.Name, Assert.Single(witnessed.Cosignatures).Key.Name);
        Assert.Equal(size, await witness.OpenAsync(await log.ReadAsync("checkpoint/witnessed"), await log.KeyAsync()));
        Assert.Equal(await log.CheckpointAsync(), await log.ReadAsync("checkpoint/witnessed"));
        return witnessed;
    }

    private static async Task ShouldNotBeWitnessedAsync(ServedLog log)
    {
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => log.ReadAsync("checkpoint/witnessed"));
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    private static async Task<TreeHead> GrowBeyondAsync(World world, ServedLog log, long size)
    {
        for (var version = 1; (await log.VerifiedAsync()).Head.Size <= size; version++)
        {
            await world.PublishedByMemberAsync(Package, $"2.0.{version}");
        }
        return (await log.VerifiedAsync()).Head;
    }

    private static Task LoggedAsync(World world, string level, string text) => Until.TrueAsync(
        () => Task.FromResult(world.Server.Log.Split('\n').Any(line => line.Contains(level, StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal))),
        $"The server says: {text}");
}
