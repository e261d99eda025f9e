using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Identity.SecondFactors;

/// <summary>A second factor that a command line asks for and a person gives in a browser.</summary>
public sealed partial class WebChallengeTests : IAsyncLifetime
{
    private static readonly TestPackage Package = new("@acme/hello", "1.0.0");

    private RegistryApp app = null!;
    private string alice = null!;
    private TestFactor factor = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        alice = await app.SignedInAsync("alice");
        factor = await app.EnrolledAsync(alice);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task What_the_page_was_told_lets_the_very_publish_through_once()
    {
        var challenge = await AskAsync(Package);

        var waiting = await app.GetAsync(challenge.Done);
        var page = await ConfirmAsync(challenge, challenge.Code, factor.NextCode());
        var answer = await CollectAsync(challenge);
        var published = await Package.PublishAsync(app, alice, answer);
        var later = await (Package with { Version = "1.0.1" }).PublishAsync(app, alice, answer);

        Assert.Equal(HttpStatusCode.Accepted, waiting.StatusCode);
        Assert.InRange(waiting.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30);
        Assert.Contains("You can close this page", page);
        await published.ShouldBeAsync(HttpStatusCode.Created);
        await later.ShouldAskAsync("otp-wrong");
        Assert.Single(await app.ReadAsync(db => db.AuditEvents.Where(row => row.Action == "challenge.confirmed").ToListAsync()));
    }

    [Fact]
    public async Task The_addresses_differ_and_survive_the_masking_of_npm()
    {
        var challenge = await AskAsync(Package);

        Assert.DoesNotMatch("[0-9a-f]{8}-[0-9a-f]{4}-", challenge.Page + challenge.Done);
        Assert.NotEqual(challenge.Page[^40..], challenge.Done[^40..]);
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync("/-/challenge/" + challenge.Done[^40..])).StatusCode);
        await (await app.GetAsync("/-/v1/challenge?id=" + challenge.Page[^40..])).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "challenge-over");
    }

    [Fact]
    public async Task The_page_says_what_would_be_done_and_by_whom()
    {
        var challenge = await AskAsync(Package);
        app.Clock.Advance(TimeSpan.FromSeconds(42));

        var html = WebUtility.HtmlDecode(await (await app.GetAsync(challenge.Page)).Content.ReadAsStringAsync());

        Assert.Contains("publish @acme/hello@1.0.0 under the tag latest", html);
        Assert.Contains("npm/11.19.1", html);
        Assert.Contains("42 seconds ago", html);
        Assert.Contains("as alice", html);
        Assert.DoesNotContain(challenge.Code, html);
    }

    public static TheoryData<string> Others => ["version", "tag", "bytes", "access", "package", "verb"];

    [Theory]
    [MemberData(nameof(Others))]
    public async Task An_answer_counts_for_no_other_act(string other)
    {
        var challenge = await AskAsync(Package);
        await ConfirmAsync(challenge, challenge.Code, factor.NextCode());
        var answer = await CollectAsync(challenge);

        var refused = other switch
        {
            "version" => await (Package with { Version = "1.0.1" }).PublishAsync(app, alice, answer),
            "tag" => await (Package with { Tag = "next" }).PublishAsync(app, alice, answer),
            "bytes" => await (Package with { Files = [("package/evil.js", "")] }).PublishAsync(app, alice, answer),
            "access" => await (Package with { Access = "restricted" }).PublishAsync(app, alice, answer),
            "package" => await (Package with { Name = "@acme/other" }).PublishAsync(app, alice, answer),
            _ => await app.WithCodeAsync(HttpMethod.Post, "/-/npm/v1/tokens", alice, answer, new JsonObject { ["name"] = "x", ["packages_all"] = true, ["password"] = RegistryApp.Password }),
        };

        await refused.ShouldAskAsync("otp-wrong");
        await (await Package.PublishAsync(app, alice, answer)).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_answer_counts_for_no_other_account_and_no_other_address()
    {
        var bob = await app.SignedInAsync("bob");
        await app.EnrolledAsync(bob);
        await app.PublishedAsync(await app.SignedInAsync("carol"), new TestPackage("@acme/tagged", "1.0.0"));
        var challenge = await AskAsync(Package);
        await ConfirmAsync(challenge, challenge.Code, factor.NextCode());
        var answer = await CollectAsync(challenge);

        var asBob = await Package.PublishAsync(app, bob, answer);
        var elsewhere = await app.WithCodeAsync(HttpMethod.Put, "/@acme%2fhello?write=true", alice, answer, Package.Document());

        await asBob.ShouldAskAsync("otp-wrong");
        await elsewhere.ShouldAskAsync("otp-wrong");
    }

    [Fact]
    public async Task An_answer_counts_once_for_its_own_act_too()
    {
        await (await (Package with { Name = "@acme/tagged" }).PublishAsync(app, alice, factor.NextCode())).ShouldBeAsync(HttpStatusCode.Created);
        const string tag = "/-/package/@acme%2ftagged/dist-tags/next";
        using var asked = await app.SendAsync(HttpMethod.Put, tag, alice, RegistryApp.Json("1.0.0"), headers => headers.Add("npm-auth-type", "web"));
        var challenge = await ReadAsync(asked);
        await ConfirmAsync(challenge, challenge.Code, factor.NextCode());
        var answer = await CollectAsync(challenge);

        var first = await app.WithCodeAsync(HttpMethod.Put, tag, alice, answer, "1.0.0");
        var second = await app.WithCodeAsync(HttpMethod.Put, tag, alice, answer, "1.0.0");

        await first.ShouldBeAsync(HttpStatusCode.OK);
        await second.ShouldAskAsync("otp-wrong");
    }

    [Fact]
    public async Task The_answer_is_collected_once()
    {
        var challenge = await AskAsync(Package);
        await ConfirmAsync(challenge, challenge.Code, factor.NextCode());

        await CollectAsync(challenge);

        await (await app.GetAsync(challenge.Done)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "challenge-over");
    }

    [Fact]
    public async Task After_five_minutes_it_is_over()
    {
        var challenge = await AskAsync(Package);
        app.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));

        var page = await app.GetAsync(challenge.Page);
        var poll = await app.GetAsync(challenge.Done);

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        await poll.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "challenge-over");
    }

    // The page was shown while it was open; what counts is the moment in which it is confirmed.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_open_when_it_was_shown_is_not_confirmed_after_its_end(bool isConfirmedBefore)
    {
        var challenge = await AskAsync(Package);
        var (challenges, id) = (app.Services.GetRequiredService<WebChallenges>(), challenge.Page[^40..]);
        var shown = await challenges.FindAsync(id, CancellationToken.None);
        if (isConfirmedBefore)
        {
            await ConfirmAsync(challenge, challenge.Code, factor.NextCode());
        }
        else
        {
            app.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        }

        var verdict = await challenges.ConfirmAsync(id, challenge.Code, shown!, new FactorAnswer.Code(factor.NextCode()), "127.0.0.1", CancellationToken.None);

        Assert.IsType<FactorVerdict.Refused>(verdict);
    }

    [Fact]
    public async Task An_answer_to_take_somebody_out_does_not_put_them_in()
    {
        var bob = await app.SignedInAsync("bob");
        await app.OrganisationAsync("acme", "bob");
        await app.MemberAsync(bob, "acme", "dev");
        await app.TeamAsync(bob, "acme", "core", "dev");
        await app.SetMemberAsync(bob, "acme", "alice", "admin");
        const string path = "/-/team/acme/core/user";
        var challenge = await AskAsync(HttpMethod.Delete, path, new JsonObject { ["user"] = "dev" });
        await ConfirmAsync(challenge, challenge.Code, factor.NextCode());
        var answer = await CollectAsync(challenge);

        await (await app.WithCodeAsync(HttpMethod.Put, path, alice, answer, new JsonObject { ["user"] = "dev" })).ShouldAskAsync("otp-wrong");
        await (await app.WithCodeAsync(HttpMethod.Delete, path, alice, answer, new JsonObject { ["user"] = "dev" })).ShouldBeAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_client_that_asks_again_and_again_ends_its_oldest_requests()
    {
        var first = await AskAsync(Package);
        for (var number = 0; number < 20; number++)
        {
            await AskAsync(Package);
        }

        Assert.Equal(20, await app.ReadAsync(db => db.WebChallenges.CountAsync()));
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync(first.Page)).StatusCode);
    }

    [Fact]
    public async Task What_is_confirmed_late_is_still_there_for_the_upload_after_it()
    {
        var challenge = await AskAsync(Package);
        app.Clock.Advance(TimeSpan.FromMinutes(4));
        await ConfirmAsync(challenge, challenge.Code, factor.NextCode());
        app.Clock.Advance(TimeSpan.FromMinutes(4));

        await (await Package.PublishAsync(app, alice, await CollectAsync(challenge))).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_answer_that_was_kept_for_too_long_does_not_count()
    {
        var challenge = await AskAsync(Package);
        await ConfirmAsync(challenge, challenge.Code, factor.NextCode());
        var answer = await CollectAsync(challenge);
        app.Clock.Advance(TimeSpan.FromMinutes(6));

        await (await Package.PublishAsync(app, alice, answer)).ShouldAskAsync("otp-wrong");
    }

    [Fact]
    public async Task Without_the_code_of_the_terminal_no_factor_helps_and_few_tries_end_it()
    {
        var challenge = await AskAsync(Package);
        var right = factor.NextCode();

        for (var attempt = 0; attempt < 5; attempt++)
        {
            Assert.Contains("not the code your terminal shows", await ConfirmAsync(challenge, "AAAA-AAAA", right));
        }

        await (await app.GetAsync(challenge.Done)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "challenge-over");
        Assert.Contains("This request is over", await ConfirmAsync(challenge, challenge.Code, right));
        await (await Package.PublishAsync(app, alice, right)).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_wrong_factor_confirms_nothing()
    {
        var challenge = await AskAsync(Package);

        var wrong = await ConfirmAsync(challenge, challenge.Code, factor.WrongCode());
        var none = await ConfirmAsync(challenge, challenge.Code, "");

        Assert.Contains("not right", wrong);
        Assert.Contains("or use a passkey", none);
        Assert.Equal(HttpStatusCode.Accepted, (await app.GetAsync(challenge.Done)).StatusCode);
    }

    [Fact]
    public async Task Only_who_asks_for_the_web_form_and_can_show_its_code_gets_it()
    {
        using var legacy = await app.SendAsync(HttpMethod.Put, "/@acme%2fhello", alice, RegistryApp.Json(Package.Document()), headers => headers.Add("npm-auth-type", "legacy"));

        using var pnpm = await app.SendAsync(HttpMethod.Put, "/@acme%2fhello", alice, RegistryApp.Json(Package.Document()), headers =>
        {
            headers.Add("npm-auth-type", "web");
            headers.TryAddWithoutValidation("User-Agent", "pnpm/12.21.0 npm/? node/? linux x64");
        });

        Assert.False((await legacy.ShouldAskAsync()).ContainsKey("authUrl"));
        Assert.False((await pnpm.ShouldAskAsync()).ContainsKey("authUrl"));
    }

    [Fact]
    public async Task Nothing_of_it_is_kept_that_could_be_used()
    {
        var challenge = await AskAsync(Package);
        await ConfirmAsync(challenge, challenge.Code, factor.NextCode());
        var answer = await CollectAsync(challenge);
        await app.ReadAsync(db => db.Database.ExecuteSqlRawAsync("pragma wal_checkpoint(TRUNCATE)"));

        var database = await ReadDatabaseAsync();

        foreach (var secret in new[] { challenge.Page[^40..], challenge.Done[^40..], answer, challenge.Code.Replace("-", "", StringComparison.Ordinal), factor.RecoveryCodes[0].Replace(" ", "", StringComparison.Ordinal) })
        {
            Assert.DoesNotContain(secret, database, StringComparison.Ordinal);
        }
    }

    private async Task<string> ReadDatabaseAsync()
    {
        await using var file = new FileStream(Path.Combine(app.DataDirectory, "registry.db"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, System.Text.Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    private Task<Challenge> AskAsync(TestPackage package) => AskAsync(HttpMethod.Put, "/" + package.EscapedName, package.Document());

    private async Task<Challenge> AskAsync(HttpMethod method, string path, JsonObject body)
    {
        using var response = await app.SendAsync(method, path, alice, RegistryApp.Json(body), headers =>
        {
            headers.Add("npm-auth-type", "web");
            headers.TryAddWithoutValidation("User-Agent", "npm/11.19.1 node/v24");
        });
        return await ReadAsync(response);
    }

    private static async Task<Challenge> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.ShouldAskAsync();
        return new Challenge(
            new Uri((string)body["authUrl"]!).PathAndQuery, new Uri((string)body["doneUrl"]!).PathAndQuery, CodePattern().Match(response.Notice()).Value);
    }

    /// <summary>Sends the page's form; with the token of another page of the same browser, because this one may be over.</summary>
    private async Task<string> ConfirmAsync(Challenge challenge, string code, string answer)
    {
        var browser = new Browser(app);
        await browser.OpenAsync("/-/sign-in");
        return WebUtility.HtmlDecode(await browser.PostAsync(challenge.Page, ("code", code.ToLowerInvariant()), ("factor", answer)));
    }

    private async Task<string> CollectAsync(Challenge challenge) =>
        (string)(await (await app.GetAsync(challenge.Done)).ShouldBeAsync(HttpStatusCode.OK))["token"]!;

    [GeneratedRegex("[A-Z0-9]{4}-[A-Z0-9]{4}")]
    private static partial Regex CodePattern();

    private sealed record Challenge(string Page, string Done, string Code);
}
