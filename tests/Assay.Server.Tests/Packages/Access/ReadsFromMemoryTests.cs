using System.Diagnostics;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Assay.Server.Tests.Packages.Access;

/// <summary>Who may read is decided without the database, whatever it rests on.</summary>
public sealed class ReadsFromMemoryTests
{
    [Fact]
    public async Task A_read_by_the_role_of_a_team_asks_the_database_nothing()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.OrganisationAsync("acme", "alice");
        var dev = await app.MemberAsync(alice, "acme", "dev");
        await app.TeamAsync(alice, "acme", "core", "dev");
        await app.GrantedAsync(alice, "acme", "core", "@acme", "read-only");
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        string[] paths = ["/@acme%2fx", "/@acme%2fx/latest", "/@acme/x/-/x-1.0.0.tgz", "/-/package/@acme%2fx/dist-tags", "/-/whoami"];
        using var commands = new CountedCommands(app.DataDirectory);
        await ReadAllAsync(app, dev, paths);
        // The token's use is noted behind the first answer, and EF looks only once a second whether somebody counts.
        await Task.Delay(TimeSpan.FromMilliseconds(1500), TestContext.Current.CancellationToken);
        var before = commands.Count;

        for (var round = 0; round < 5; round++)
        {
            await ReadAllAsync(app, dev, paths);
        }

        Assert.Equal(before, commands.Count);
        await app.ReadAsync(db => db.Packages.CountAsync());
        Assert.Equal(before + 1, commands.Count);
    }

    private static async Task ReadAllAsync(RegistryApp app, string token, IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            await (await app.GetAsync(path, token)).ShouldBeReadAsync();
        }
    }

    /// <summary>Commands to the database in this directory alone: other tests run beside this one.</summary>
    private sealed class CountedCommands : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private readonly string directory;
        private readonly List<IDisposable> subscriptions = [];
        private int count;

        public CountedCommands(string directory)
        {
            this.directory = directory;
            subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public int Count => Volatile.Read(ref count);

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.EntityFrameworkCore")
            {
                subscriptions.Add(value.Subscribe(this));
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "Microsoft.EntityFrameworkCore.Database.Command.CommandExecuting", Value: CommandEventData { Command.Connection.DataSource: { } file } }
                && file.StartsWith(directory, StringComparison.Ordinal))
            {
                Interlocked.Increment(ref count);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose() => subscriptions.ForEach(subscription => subscription.Dispose());
    }
}
