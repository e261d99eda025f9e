using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Packages.Staging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Identity.SecondFactors;

/// <summary>What an answer is bound to, one thing at a time: acts that differ in one thing alone are told apart by that thing.</summary>
public sealed class ChallengeBindingTests : IAsyncLifetime
{
    private const string Terminal = "npm/11.19.1";

    private RegistryApp app = null!;
    private TestFactor factor = null!;
    private WebChallenges challenges = null!;
    private AskedAct asked = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        factor = await app.EnrolledAsync(await app.SignedInAsync("alice"));
        challenges = app.Services.GetRequiredService<WebChallenges>();
        asked = new AskedAct(await IdAsync("alice"), "alice", "127.0.0.1", "PUT", "/-/package/@acme%2fx/owners", SensitiveAct.Of("add bob", "owner", "bob"));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Theory]
    [InlineData("person")]
    [InlineData("method")]
    [InlineData("path")]
    [InlineData("query")]
    [InlineData("act")]
    public async Task An_act_that_differs_in_this_alone_is_another(string what)
    {
        await app.SignedInAsync("bob");
        var other = what switch
        {
            "person" => asked with { PersonId = await IdAsync("bob") },
            "method" => asked with { Method = "DELETE" },
            "path" => asked with { Path = "/-/package/@acme%2fy/owners" },
            "query" => asked with { Path = asked.Path + "?force=true" },
            _ => asked with { Act = SensitiveAct.Of("add bob", "owner", "mallory") },
        };
        var answer = await AnswerAsync(asked);

        Assert.False(await challenges.UseAsync(other, answer, CancellationToken.None));
        Assert.True(await challenges.UseAsync(asked, answer, CancellationToken.None));
    }

    // What is shown differs from time to time, and from where it is asked; what would be done does not.
    [Fact]
    public async Task The_same_act_from_elsewhere_in_other_words_is_the_same()
    {
        var answer = await AnswerAsync(asked);

        Assert.True(await challenges.UseAsync(asked with { Address = "203.0.113.1", Act = asked.Act with { Words = "make bob an owner" } }, answer, CancellationToken.None));
    }

    [Fact]
    public async Task What_others_ask_for_ends_no_request_of_ones_own()
    {
        await app.SignedInAsync("bob");
        var other = asked with { PersonId = await IdAsync("bob"), PersonName = "bob" };
        var first = await challenges.BeginAsync(asked, Terminal, CancellationToken.None);
        for (var number = 0; number < 25; number++)
        {
            await challenges.BeginAsync(other, Terminal, CancellationToken.None);
        }

        await challenges.BeginAsync(asked, Terminal, CancellationToken.None);

        Assert.NotNull(await challenges.FindAsync(first.PageId, CancellationToken.None));
    }

    [Fact]
    public async Task A_page_that_was_confirmed_or_of_a_disabled_person_is_shown_no_more()
    {
        var (confirmed, open) = (await challenges.BeginAsync(asked, Terminal, CancellationToken.None), await challenges.BeginAsync(asked, Terminal, CancellationToken.None));
        await ConfirmAsync(confirmed);

        var before = await challenges.FindAsync(open.PageId, CancellationToken.None);
        await app.ChangeAsync(db => db.People.ExecuteUpdateAsync(set => set.SetProperty(row => row.DisabledAt, app.Clock.GetUtcNow())));

        Assert.NotNull(before);
        Assert.Null(await challenges.FindAsync(confirmed.PageId, CancellationToken.None));
        Assert.Null(await challenges.FindAsync(open.PageId, CancellationToken.None));
    }

    // The page itself has no field for a code then; whoever sends one all the same is refused where it counts.
    [Fact]
    public async Task A_code_does_not_confirm_what_takes_a_passkey()
    {
        var begun = await challenges.BeginAsync(asked with { WhyPasskey = "@acme demands one" }, Terminal, CancellationToken.None);
        var shown = (await challenges.FindAsync(begun.PageId, CancellationToken.None))!;

        var verdict = await challenges.ConfirmAsync(begun.PageId, begun.Code, shown, new FactorAnswer.Code(factor.NextCode()), "127.0.0.1", CancellationToken.None);

        Assert.Contains("A code does not count here", Assert.IsType<FactorVerdict.Refused>(verdict).Text);
        Assert.IsType<ChallengePoll.Pending>(await challenges.PollAsync(begun.PollId, CancellationToken.None));
    }

    private async Task<string> AnswerAsync(AskedAct act)
    {
        var begun = await challenges.BeginAsync(act, Terminal, CancellationToken.None);
        await ConfirmAsync(begun);
        return Assert.IsType<ChallengePoll.Ready>(await challenges.PollAsync(begun.PollId, CancellationToken.None)).Answer;
    }

    private async Task ConfirmAsync(BegunChallenge begun)
    {
        var shown = (await challenges.FindAsync(begun.PageId, CancellationToken.None))!;
        var verdict = await challenges.ConfirmAsync(begun.PageId, begun.Code, shown, new FactorAnswer.Code(factor.NextCode()), "127.0.0.1", CancellationToken.None);
        Assert.IsType<FactorVerdict.Accepted>(verdict);
    }

    private Task<long> IdAsync(string name) => app.ReadAsync(db => db.People.Where(row => row.Name == name).Select(row => row.Id).SingleAsync());
}
