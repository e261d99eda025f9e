using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Audit;
using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Identity.SecondFactors;

/// <summary>What counts in the commit that changes somebody's factors, whatever a page looked at before.</summary>
public sealed class ChangeFactorsTests : IAsyncLifetime
{
    private static readonly TestPackage Package = new("@acme/hello", "1.0.0");

    private RegistryApp app = null!;
    private ChangeFactors change = null!;
    private string token = null!;
    private OwnAccount alice = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        change = app.Services.GetRequiredService<ChangeFactors>();
        token = await app.SignedInAsync("alice");
        alice = await AccountAsync("alice");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    // Else a code that somebody saw would be worth ten recovery codes.
    [Fact]
    public async Task Codes_that_are_on_are_not_confirmed_again()
    {
        var factor = await app.EnrolledAsync(token);

        var again = await change.ConfirmTotpAsync(alice, factor.NextCode(), CancellationToken.None);

        Assert.Equal(("no-pending-setup", 0), (again.Code, again.RecoveryCodes.Count));
        await (await Package.PublishAsync(app, token, factor.RecoveryCodes[0])).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task New_recovery_codes_replace_all_of_before()
    {
        var factor = await app.EnrolledAsync(token);

        var renewed = await change.RenewRecoveryCodesAsync(alice, CancellationToken.None);

        Assert.Equal(10, await app.ReadAsync(db => db.RecoveryCodes.CountAsync()));
        await (await Package.PublishAsync(app, token, factor.RecoveryCodes[0])).ShouldAskAsync("otp-wrong");
        await (await Package.PublishAsync(app, token, renewed.RecoveryCodes[0])).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Recovery_codes_are_made_for_those_who_have_something_to_lose()
    {
        var made = await change.RenewRecoveryCodesAsync(alice, CancellationToken.None);

        Assert.Equal(("second-factor-needed", 0), (made.Code, await app.ReadAsync(db => db.RecoveryCodes.CountAsync())));
    }

    [Fact]
    public async Task A_passkey_that_somebody_has_is_nobody_elses()
    {
        await app.SignedInAsync("bob");
        await AddedAsync(alice, 7);

        var taken = await change.AddPasskeyAsync(await AccountAsync("bob"), "mine", Made(7), CancellationToken.None);
        var twice = await change.AddPasskeyAsync(alice, "again", Made(7), CancellationToken.None);

        Assert.Equal(("conflict", "conflict"), (taken.Code, twice.Code));
        Assert.Equal(alice.PersonId, await app.ReadAsync(db => db.Passkeys.Select(row => row.PersonId).SingleAsync()));
    }

    [Fact]
    public async Task Nobody_fills_the_registry_with_passkeys()
    {
        for (byte number = 0; number < 20; number++)
        {
            await AddedAsync(alice, number);
        }

        var more = await change.AddPasskeyAsync(alice, "more", Made(20), CancellationToken.None);

        Assert.Equal(("bad-request", 20), (more.Code, await app.ReadAsync(db => db.Passkeys.CountAsync())));
    }

    [Fact]
    public async Task Nobody_removes_the_passkey_of_somebody_else()
    {
        await app.SignedInAsync("bob");
        var bob = await AccountAsync("bob");
        await AddedAsync(alice, 1);
        await AddedAsync(bob, 2);
        var id = await app.ReadAsync(db => db.Passkeys.Where(row => row.PersonId == bob.PersonId).Select(row => row.Id).SingleAsync());

        var removed = await change.RemovePasskeyAsync(alice, id, CancellationToken.None);

        Assert.Equal("not-found", removed.Code);
        Assert.Equal(2, await app.ReadAsync(db => db.Passkeys.CountAsync()));
    }

    // Both pages saw two of them, and asked for a factor.
    [Fact]
    public async Task Of_two_that_are_removed_at_once_the_last_stays_where_one_is_required()
    {
        await using var strict = await RegistryApp.StartAsync(["--Assay:Identity:SecondFactor=required"]);
        var mine = new OwnAccount(await OwnerOfAsync(strict), "alice", "");
        var changes = strict.Services.GetRequiredService<ChangeFactors>();
        await changes.AddPasskeyAsync(mine, "one", Made(1), CancellationToken.None);
        await changes.AddPasskeyAsync(mine, "two", Made(2), CancellationToken.None);
        var ids = await strict.ReadAsync(db => db.Passkeys.Select(row => row.Id).ToListAsync());

        var removed = await Task.WhenAll(ids.Select(id => changes.RemovePasskeyAsync(mine, id, CancellationToken.None)));

        Assert.Equal(["", "last-factor"], removed.Select(each => each.Code).Order(StringComparer.Ordinal));
        Assert.Equal(1, await strict.ReadAsync(db => db.Passkeys.CountAsync()));
    }

    [Fact]
    public async Task Recovery_codes_stay_as_long_as_there_is_a_factor_and_go_with_the_last()
    {
        var factor = await app.EnrolledAsync(token);
        await AddedAsync(alice, 1);

        await change.RemoveTotpAsync(alice, CancellationToken.None);
        var between = await app.ReadAsync(db => db.RecoveryCodes.CountAsync());
        await change.RemovePasskeyAsync(alice, await app.ReadAsync(db => db.Passkeys.Select(row => row.Id).SingleAsync()), CancellationToken.None);

        Assert.Equal((10, 0), (between, await app.ReadAsync(db => db.RecoveryCodes.CountAsync())));
        Assert.Equal(10, factor.RecoveryCodes.Length);
    }

    [Fact]
    public async Task A_reset_takes_every_way_and_leaves_tokens()
    {
        var factor = await app.EnrolledAsync(token);
        await AddedAsync(alice, 1);
        var browser = new Browser(app);
        Assert.Contains("Signed in as alice", await browser.SignInAsync("alice", factor.NextCode()));
        using var asked = await app.SendAsync(HttpMethod.Put, "/@acme%2fhello", token, RegistryApp.Json(Package.Document()), headers => headers.Add("npm-auth-type", "web"));
        var question = await WebQuestion.ReadAsync(asked);

        await app.CommandAsync("/user/reset-factors", new JsonObject { ["name"] = "alice" });

        Assert.Equal((0, 0, 0, 0), await app.ReadAsync(async db =>
            (await db.Totps.CountAsync(), await db.Passkeys.CountAsync(), await db.RecoveryCodes.CountAsync(), await db.WebChallenges.CountAsync())));
        Assert.DoesNotContain("Signed in as alice", await browser.OpenAsync("/-/account"));
        Assert.Contains("This request is over", await browser.OpenAsync(question.Page));
        Assert.Equal(HttpStatusCode.OK, await app.WhoAmIAsync(token));
    }

    // Between the question and the commit somebody else took it from them.
    [Fact]
    public async Task Whoever_is_no_administrator_any_more_resets_nobodys()
    {
        await app.EnrolledAsync(token);
        await app.SignedInAsync("rita");
        var rita = await AccountAsync("rita");

        var refused = await app.Services.GetRequiredService<ResetFactors>().RunAsync("alice", new AccountActor(new Actor("rita", ""), rita.PersonId), CancellationToken.None);

        Assert.Equal("administrators-only", refused?.Code);
        Assert.Equal(1, await app.ReadAsync(db => db.Totps.CountAsync()));
    }

    private async Task AddedAsync(OwnAccount account, byte credential) =>
        Assert.Null((await change.AddPasskeyAsync(account, $"key {credential}", Made(credential), CancellationToken.None)).Problem);

    private async Task<OwnAccount> AccountAsync(string name) =>
        new(await app.ReadAsync(db => db.People.Where(row => row.Name == name).Select(row => row.Id).SingleAsync()), name, "127.0.0.1");

    private static async Task<long> OwnerOfAsync(RegistryApp registry)
    {
        await registry.SignedInAsync("alice");
        return await registry.ReadAsync(db => db.People.Select(row => row.Id).SingleAsync());
    }

    private static MadePasskey Made(byte credential) => new([credential, 2, 3], [1], 0, ["internal"], IsBackupEligible: false, IsBackedUp: false);
}
