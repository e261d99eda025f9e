using Assay.Server.Operations;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Transparency;
using Assay.Server.Transparency;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Operations;

/// <summary>What goes on from a backup is another log, unless somebody shows that nothing was left out.</summary>
public sealed class RestoredLogTests
{
    [Fact]
    public async Task The_log_goes_on_under_a_name_that_it_never_had_and_says_so_in_a_leaf()
    {
        using var folder = new TemporaryFolder();
        var (file, before) = await BackedUpAsync(folder);

        var output = await Operator.RestoredAsync(file, folder.In("restored"));

        await using var restored = await RegistryApp.StartAsync(dataDirectory: folder.In("restored"));
        var bob = await restored.SignedInAsync("bob");
        var after = (await restored.CheckpointAsync(bob)).Head;
        Assert.Matches($"^restored-[0-9]{{8}}t[0-9]{{6}}\\.{before.Origin}$", after.Origin);
        Assert.Contains($"The log was {before.Origin} and is {after.Origin} from now on", output, StringComparison.Ordinal);
        Assert.True((await restored.LeavesAsync(bob)).Count > before.Size);
        Assert.Equal(before.Origin, await restored.ReadAsync(db => db.Log.Select(row => row.FormerOrigins).SingleAsync()));
        await restored.Services.GetRequiredService<CheckLog>().RunAsync(CancellationToken.None);
    }

    [Fact]
    public async Task The_newest_checkpoint_shows_that_it_is_whole_and_it_keeps_its_name()
    {
        using var folder = new TemporaryFolder();
        var (file, before) = await BackedUpAsync(folder);
        await File.WriteAllBytesAsync(folder.In("checkpoint"), before.Note, TestContext.Current.CancellationToken);

        var output = await Operator.RestoredAsync(file, folder.In("restored"), "--log-checkpoint", folder.In("checkpoint"));

        Assert.Contains($"The log keeps its name, {before.Origin}", output, StringComparison.Ordinal);
        await using var restored = await RegistryApp.StartAsync(dataDirectory: folder.In("restored"));
        Assert.Equal(before.Origin, (await restored.CheckpointAsync(await restored.SignedInAsync("bob"))).Head.Origin);
    }

    [Fact]
    public async Task A_later_checkpoint_shows_what_the_backup_lacks()
    {
        using var folder = new TemporaryFolder();
        var (file, before) = await BackedUpAsync(folder);
        await using (var app = await RegistryApp.StartAsync(dataDirectory: folder.In("data")))
        {
            var carol = await app.SignedInAsync("carol");
            await app.PublishedAsync(carol, new TestPackage("later", "1.0.0"));
            await File.WriteAllBytesAsync(folder.In("checkpoint"), (await NewestAsync(app)).Note, TestContext.Current.CancellationToken);
        }

        var output = await Operator.RestoredAsync(file, folder.In("restored"), "--log-checkpoint", folder.In("checkpoint"));

        Assert.Matches($"The log was {before.Origin} and is restored-.*: the checkpoint that was shown has [0-9]+ leaves, the backup has {before.Size}", output);
    }

    [Fact]
    public async Task A_checkpoint_that_another_log_signed_shows_nothing()
    {
        using var folder = new TemporaryFolder();
        var (file, before) = await BackedUpAsync(folder);
        await using (var other = await RegistryApp.StartAsync([$"--Assay:Log:Origin={before.Origin}"]))
        {
            await File.WriteAllBytesAsync(folder.In("checkpoint"), (await NewestAsync(other)).Note, TestContext.Current.CancellationToken);
        }

        var output = await Operator.RestoredAsync(file, folder.In("restored"), "--log-checkpoint", folder.In("checkpoint"));

        Assert.Contains("the checkpoint that was shown is not signed by this log", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not a checkpoint", "is not a checkpoint of a log")]
    [InlineData(null, "cannot be read")]
    public async Task What_is_no_checkpoint_is_refused_before_anything_is_unpacked(string? content, string why)
    {
        using var folder = new TemporaryFolder();
        if (content is not null)
        {
            await File.WriteAllTextAsync(folder.In("checkpoint"), content, TestContext.Current.CancellationToken);
        }

        var ended = await ServerProgram.RunAsync(["restore", folder.In("any.tar"), "--data", folder.In("restored"), "--log-checkpoint", folder.In("checkpoint")]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(why, ended.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.In("restored")));
    }

    [Theory]
    [InlineData("npm.acme.example", "restored-20261129t210843.npm.acme.example")]
    [InlineData("localhost:4873", "restored-20261129t210843.localhost:4873")]
    [InlineData("127.0.0.1:4873", "restored-20261129t210843.127.0.0.1:4873")]
    [InlineData("[::1]:4873", "restored-20261129t210843.1-4873")]
    [InlineData("restored-20250101t000000.npm.acme.example", "restored-20261129t210843.npm.acme.example")]
    public void The_name_says_when_and_does_not_grow(string before, string after)
    {
        var made = RestoredOrigin.Of(before, new DateTimeOffset(2026, 11, 29, 21, 8, 43, TimeSpan.Zero));

        Assert.Equal(after, made);
        Assert.True(LogOrigin.IsValid(made));
    }

    private static async Task<(string File, Mark Mark)> BackedUpAsync(TemporaryFolder folder)
    {
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.In("data"));
        await BackupTests.PublishedAsync(app);
        var mark = await NewestAsync(app);
        return (await app.BackedUpAsync(folder), mark);
    }

    private static Task<Mark> NewestAsync(RegistryApp app) => app.ReadAsync(async db => new Mark(
        await LogReading.OriginAsync(db, CancellationToken.None),
        (await LogReading.NewestAsync(db, CancellationToken.None)).Size,
        (await LogReading.NewestAsync(db, CancellationToken.None)).Note));

    private sealed record Mark(string Origin, long Size, byte[] Note);
}
