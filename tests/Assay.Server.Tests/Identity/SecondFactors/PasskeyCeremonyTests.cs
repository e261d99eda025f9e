using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Identity.SecondFactors;

/// <summary>A browser's answer counts for the page, the purpose, the person and the time that its question was made for.</summary>
public sealed class PasskeyCeremonyTests : IAsyncLifetime
{
    private const string Here = "account";

    private RegistryApp app = null!;
    private Passkeys passkeys = null!;
    private PasskeyHolder alice = null!;
    private PasskeyHolder bob = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        passkeys = app.Services.GetRequiredService<Passkeys>();
        alice = await PasskeyHolder.AddAsync(app, "alice", await app.SignedInAsync("alice"));
        bob = await PasskeyHolder.AddAsync(app, "bob", await app.SignedInAsync("bob"));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task An_answer_to_its_own_question_counts()
    {
        var begun = await UsingAsync(alice.Id);

        var used = await UsedAsync(begun, alice);

        Assert.Equal(alice.Id, $"{used?.PersonId}");
    }

    [Fact]
    public async Task One_of_somebody_else_does_not_count_where_somebody_was_asked_for()
    {
        Assert.Null(await UsedAsync(await UsingAsync(alice.Id), bob));
        Assert.NotNull(await UsedAsync(await UsingAsync(null), bob));
    }

    [Fact]
    public async Task One_for_another_page_does_not_count()
    {
        var begun = await UsingAsync(alice.Id);

        Assert.Null(await UsedAsync(begun, alice, page: "challenge:1"));
        Assert.NotNull(await UsedAsync(begun, alice));
    }

    [Fact]
    public async Task What_was_asked_for_a_new_passkey_is_answered_by_no_use_of_one()
    {
        var making = await passkeys.BeginMakingAsync(Context(), Here, long.Parse(alice.Id, System.Globalization.CultureInfo.InvariantCulture), "alice", CancellationToken.None);

        Assert.Null(await UsedAsync(making!, alice));
    }

    [Fact]
    public async Task What_was_asked_for_a_use_makes_no_passkey()
    {
        var begun = await UsingAsync(alice.Id);

        Assert.Null(await passkeys.MadeAsync(Context(), Here, begun.Sealed, new TestPasskey(app.Url).Make(begun.Options), CancellationToken.None));
    }

    [Fact]
    public async Task One_that_comes_after_five_minutes_does_not_count()
    {
        var begun = await UsingAsync(alice.Id);
        app.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));

        Assert.Null(await UsedAsync(begun, alice));
    }

    private async Task<Ceremony> UsingAsync(string? person) => (await passkeys.BeginUsingAsync(
        Context(), Here, person is null ? null : long.Parse(person, System.Globalization.CultureInfo.InvariantCulture), CancellationToken.None))!;

    private Task<FactorAnswer.Passkey?> UsedAsync(Ceremony begun, PasskeyHolder holder, string page = Here) =>
        passkeys.UsedAsync(Context(), page, begun.Sealed, holder.Passkey.Use(begun.Options, holder.Id), CancellationToken.None);

    private DefaultHttpContext Context() => new() { RequestServices = app.Services };
}
