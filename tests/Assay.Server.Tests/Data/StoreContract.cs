using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Providers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Assay.Server.Tests.Data;

/// <summary>What every database promises the rooms. One subclass a database runs all of it.</summary>
public abstract class StoreContract
{
    private protected abstract Task<RegistryDbSource> NewDatabaseAsync();

    private protected abstract IChangeFeed NewChangeFeed(RegistryDbSource source);

    [Fact]
    public async Task The_migrations_make_the_model()
    {
        var source = await ReadyDatabaseAsync();
        await using var db = source.Open();

        Assert.False(db.Database.HasPendingModelChanges());
        Assert.Equal(1, await db.State.CountAsync());
    }

    [Fact]
    public async Task A_refusal_in_a_group_leaves_its_neighbours_alone()
    {
        var source = await ReadyDatabaseAsync();
        await using var queue = Queue(source);

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => queue.RunAsync((commit, _) =>
        {
            if (number % 2 == 0)
            {
                commit.Db.People.Add(Person($"p{number}"));
            }
            return Task.FromResult(number);
        }, CancellationToken.None)));

        await using var db = source.Open();
        Assert.Equal(Enumerable.Range(0, 50), results);
        Assert.Equal(25, await db.People.CountAsync());
    }

    [Fact]
    public async Task One_failing_operation_fails_alone()
    {
        var source = await ReadyDatabaseAsync();
        await using var queue = Queue(source);

        var tasks = Enumerable.Range(0, 20).Select(number => queue.RunAsync((commit, _) =>
        {
            commit.Db.People.Add(Person($"p{number}"));
            return number == 7 ? throw new InvalidOperationException("seven") : Task.FromResult(number);
        }, CancellationToken.None)).ToList();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => tasks[7]);
        await Task.WhenAll(tasks.Where((_, number) => number != 7));
        await using var db = source.Open();
        Assert.Equal("seven", failure.Message);
        Assert.Equal(19, await db.People.CountAsync());
        Assert.False(await db.People.AnyAsync(person => person.Name == "p7"));
    }

    [Fact]
    public async Task What_an_operation_decided_on_still_holds_when_it_writes()
    {
        var source = await ReadyDatabaseAsync();
        await using var one = Queue(source);
        await using var other = Queue(source);
        await one.RunAsync((commit, _) => Task.FromResult(commit.Db.People.Add(Person("counter"))), CancellationToken.None);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => (number % 2 == 0 ? one : other).RunAsync(async (commit, stop) =>
        {
            var person = await commit.Db.People.AsTracking().SingleAsync(stop);
            person.Email = $"{person.Email}+";
            return true;
        }, CancellationToken.None)));

        await using var db = source.Open();
        Assert.Equal(40, (await db.People.SingleAsync()).Email.Count(character => character == '+'));
    }

    [Fact]
    public async Task Of_many_that_want_one_unique_thing_exactly_one_gets_it()
    {
        var source = await ReadyDatabaseAsync();
        await using var one = Queue(source);
        await using var other = Queue(source);

        var won = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => (number % 2 == 0 ? one : other).RunAsync(async (commit, stop) =>
        {
            if (await commit.Db.People.AnyAsync(person => person.Name == "only", stop))
            {
                return false;
            }
            commit.Db.People.Add(Person("only"));
            return true;
        }, CancellationToken.None)));

        Assert.Equal(1, won.Count(isWinner => isWinner));
    }

    [Fact]
    public async Task An_operation_sees_what_earlier_ones_of_its_group_wrote()
    {
        var source = await ReadyDatabaseAsync();
        await using var queue = Queue(source);

        var counts = await Task.WhenAll(Enumerable.Range(0, 30).Select(number => queue.RunAsync(async (commit, stop) =>
        {
            var before = await commit.Db.People.CountAsync(stop);
            commit.Db.People.Add(Person($"p{number}"));
            return before;
        }, CancellationToken.None)));

        Assert.Equal(Enumerable.Range(0, 30), counts.Order());
    }

    [Fact]
    public async Task What_is_left_of_a_name_is_what_the_rule_leaves()
    {
        string[] names = ["JSONStream", "react-dom", "a_b.c-d", "@Acme-Labs/X_y.z", "x~!*()'", "@a.b/-c"];
        var source = await ReadyDatabaseAsync();
        await using var queue = Queue(source);

        await queue.RunAsync((commit, _) =>
        {
            commit.Db.Packages.AddRange(names.Select(name => new PackageRow { Name = name, Access = "members" }));
            return Task.FromResult(true);
        }, CancellationToken.None);

        await using var db = source.Open();
        Assert.Equal(names.Select(LookAlike.Of), await db.Packages.OrderBy(row => row.Id).Select(row => row.LookAlike).ToListAsync());
    }

    [Fact]
    public async Task What_is_committed_is_announced_before_it_is_answered()
    {
        var source = await ReadyDatabaseAsync();
        var changes = NewChangeFeed(source);
        var announced = new List<string>();
        changes.Changed += announced.AddRange;
        await using var queue = new CommitQueue(
            source, changes, [new NoEnd()], Options.Create(new DatabaseOptions()), NewMeter(), TimeProvider.System, NullLogger<CommitQueue>.Instance);

        await queue.RunAsync((commit, _) =>
        {
            commit.Changed("package:x");
            return Task.FromResult(true);
        }, CancellationToken.None);

        Assert.Contains("package:x", announced);
    }

    [Fact]
    public async Task Times_come_back_as_they_went_to_the_millisecond()
    {
        var source = await ReadyDatabaseAsync();
        var time = DateTimeOffset.Parse("2026-03-29T01:59:59.987+02:00");
        await using (var db = source.OpenForWriting())
        {
            db.People.Add(Person("p", time));
            await db.SaveChangesAsync();
        }

        await using var reading = source.Open();
        Assert.Equal(time, (await reading.People.SingleAsync(person => person.CreatedAt <= time)).CreatedAt);
        Assert.False(await reading.People.AnyAsync(person => person.CreatedAt < time));
    }

    [Fact]
    public async Task A_snapshot_does_not_see_what_is_committed_after_it_began()
    {
        var source = await ReadyDatabaseAsync();
        await using var queue = Queue(source);
        await using var db = source.Open();
        await using var moment = await db.BeginSnapshotAsync();
        Assert.Equal(0, await db.People.CountAsync());

        await queue.RunAsync((commit, _) => Task.FromResult(commit.Db.People.Add(Person("later")) is not null), CancellationToken.None);

        Assert.Equal(0, await db.People.CountAsync());
    }

    [Fact]
    public async Task A_database_of_another_format_is_refused()
    {
        var source = await ReadyDatabaseAsync();
        await using var db = source.OpenForWriting();
        await db.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('29990101000000_FromTheFuture', '99.0.0')""");

        var newer = await Assert.ThrowsAsync<StartRefused>(() => DatabaseFormat.EnsureAsync(db, TimeProvider.System, CancellationToken.None));
        Assert.Contains("newer Assay", newer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuer_from_before_definitions_were_pinned_rests_on_the_one_that_ships()
    {
        var source = await NewDatabaseAsync();
        await using (var db = source.OpenForWriting())
        {
            await db.GetService<IMigrator>().MigrateAsync("TrustInFull");
            await db.Database.ExecuteSqlRawAsync("""
                INSERT INTO "IssuerBindings" ("Id", "ProviderId", "Issuer", "Names", "Constants", "AllowedAddresses", "InsecureHttp", "AcceptsSharedAudience", "Claims", "RequiredClaims", "LearnableOwners", "DefinitionDigest", "CreatedAt")
                VALUES ('github', 'github', 'https://token.actions.githubusercontent.com', '@acme/*', '', '', FALSE, FALSE, '', '', '', 'aaaa', 0)
                """);
            await DatabaseFormat.MigrateAsync(db, TimeProvider.System, CancellationToken.None);
        }

        await using var reading = source.Open();
        var row = await reading.IssuerBindings.SingleAsync();
        Assert.NotNull(TrustedIssuer.From(row, ProviderCatalog.Shipped).Issuer);
    }

    private protected async Task<RegistryDbSource> ReadyDatabaseAsync()
    {
        var source = await NewDatabaseAsync();
        await using var db = source.OpenForWriting();
        await DatabaseFormat.EnsureAsync(db, TimeProvider.System, CancellationToken.None);
        return source;
    }

    private protected CommitQueue Queue(RegistryDbSource source) =>
        new(
            source, NewChangeFeed(source), [new NoEnd()], Options.Create(new DatabaseOptions()), NewMeter(), TimeProvider.System, NullLogger<CommitQueue>.Instance);

    private static CommitMeter NewMeter() =>
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());

    private protected static PersonRow Person(string name, DateTimeOffset? at = null) =>
        new() { Name = name, Email = "p@example.test", PasswordHash = "", CreatedAt = at ?? DateTimeOffset.UnixEpoch };

    /// <summary>These groups end without a log.</summary>
    private sealed class NoEnd : ICommitEnd
    {
        public Task RunAsync(Commit commit, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
