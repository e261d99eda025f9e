using System.Security.Cryptography;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Packages.Staging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Identity.SecondFactors;

/// <summary>What counts of a passkey's answer in the commit that takes it, whatever was verified before.</summary>
public sealed class AcceptFactorTests : IAsyncLifetime
{
    private static readonly byte[] OfAlice = [1, 2, 3];
    private static readonly byte[] OfBob = [4, 5, 6];

    private RegistryApp app = null!;
    private long alice;
    private long bob;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        await app.SignedInAsync("bob");
        (alice, bob) = (await IdAsync("alice"), await IdAsync("bob"));
        await app.ChangeAsync(db =>
        {
            db.Passkeys.Add(Row(alice, OfAlice));
            db.Passkeys.Add(Row(bob, OfBob));
            return Task.CompletedTask;
        });
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task It_is_of_the_person_who_was_asked_and_of_a_passkey_of_theirs()
    {
        Assert.IsType<FactorVerdict.Refused>(await AcceptAsync(Answer(alice, OfBob)));
        Assert.IsType<FactorVerdict.Refused>(await AcceptAsync(Answer(bob, OfBob)));
        Assert.IsType<FactorVerdict.Refused>(await AcceptAsync(Answer(bob, OfAlice)));
        Assert.IsType<FactorVerdict.Accepted>(await AcceptAsync(Answer(alice, OfAlice)));
        Assert.Equal(0, await CountAsync(OfBob));
    }

    [Fact]
    public async Task It_is_in_time_also_when_it_had_to_wait_for_its_commit()
    {
        var now = app.Clock.GetUtcNow();

        Assert.IsType<FactorVerdict.Refused>(await AcceptAsync(Answer(alice, OfAlice) with { ExpiresAt = now.AddMilliseconds(-1) }));
        Assert.IsType<FactorVerdict.Accepted>(await AcceptAsync(Answer(alice, OfAlice) with { ExpiresAt = now }));
    }

    [Fact]
    public async Task Of_what_a_browser_was_asked_one_answer_is_taken()
    {
        var answer = Answer(alice, OfAlice);

        Assert.IsType<FactorVerdict.Accepted>(await AcceptAsync(answer));
        Assert.IsType<FactorVerdict.Refused>(await AcceptAsync(answer with { SignCount = 2 }));
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 1, true)]
    [InlineData(5, 6, true)]
    [InlineData(5, 500, true)]
    [InlineData(5, 5, false)]
    [InlineData(5, 4, false)]
    // A copy that does not count.
    [InlineData(5, 0, false)]
    public async Task Its_counter_goes_on_or_was_always_zero(long before, long shown, bool isAccepted)
    {
        await app.ChangeAsync(db => db.Passkeys.Where(row => row.PersonId == alice).ExecuteUpdateAsync(set => set.SetProperty(row => row.SignCount, before)));

        var verdict = await AcceptAsync(Answer(alice, OfAlice) with { SignCount = shown });

        Assert.Equal(isAccepted, verdict is FactorVerdict.Accepted);
        Assert.Equal(isAccepted ? shown : before, await CountAsync(OfAlice));
        var suspected = await app.ReadAsync(db => db.AuditEvents.Where(row => row.Action == "passkey.clone-suspected").Select(row => row.Detail).ToListAsync());
        Assert.Equal(isAccepted ? [] : [$"laptop: counter {shown} after {before}"], suspected);
    }

    private FactorAnswer.Passkey Answer(long person, byte[] credential) =>
        new(person, credential, 1, IsBackedUp: false, RandomNumberGenerator.GetBytes(32), app.Clock.GetUtcNow().AddMinutes(5));

    private Task<FactorVerdict> AcceptAsync(FactorAnswer answer) => app.Services.GetRequiredService<CommitQueue>().RunAsync(
        (commit, stop) => AcceptFactor.RunAsync(commit, key: null, alice, answer, new Actor("alice", ""), stop), CancellationToken.None);

    private Task<long> CountAsync(byte[] credential) => app.ReadAsync(db => db.Passkeys.Where(row => row.CredentialId == credential).Select(row => row.SignCount).SingleAsync());

    private Task<long> IdAsync(string name) => app.ReadAsync(db => db.People.Where(row => row.Name == name).Select(row => row.Id).SingleAsync());

    private static PasskeyRow Row(long person, byte[] credential) => new() { PersonId = person, Name = "laptop", CredentialId = credential, PublicKey = [1], Transports = "internal" };
}
