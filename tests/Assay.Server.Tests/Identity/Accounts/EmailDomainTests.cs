using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Notifications;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Assay.Server.Tests.Identity.Accounts;

/// <summary>What becomes of an address whose domain is gone. A name server on loopback says so.</summary>
public sealed class EmailDomainTests(PostgresCluster postgres)
{
    private const string Domain = "lapsed.example";
    private const string Address = "alice@lapsed.example";
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    [Fact]
    public async Task Twice_gone_a_day_apart_takes_the_verification_away_and_tells_who_has_to_know()
    {
        await using var dns = await TestNameServer.StartAsync(TestNameServer.Gone(Domain), TestNameServer.Mail("there.example"));
        await using var smtp = new SmtpReceiver();
        await using var app = await StartAsync([.. smtp.Options, .. dns.Options]);
        await app.SignedInAsync("root", isAdministrator: true);
        await app.VerifiedAsync("root", "root@there.example");
        var alice = await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice", Address);

        var first = await RoundAsync(app);
        var between = await PersonAsync(app, "alice");
        app.Clock.Advance(Day);
        await RoundAsync(app);
        var after = await PersonAsync(app, "alice");
        var mail = await smtp.NoticeAsync("root@there.example", "The domain of an e-mail address does not exist any more: alice");
        var signIn = await app.CouchAsync("alice");
        var profile = await app.GetAsync("/-/npm/v1/user", alice);
        var page = await new Browser(app).SignInAsync("alice");

        Assert.Equal(2, first);
        Assert.NotNull(between.EmailVerifiedAt);
        Assert.Null(after.EmailVerifiedAt);
        Assert.Equal(["alice"], await app.RecordedAsync("email.domain-gone"));
        Assert.NotNull((await PersonAsync(app, "root")).EmailVerifiedAt);
        Assert.Contains(Domain, mail.Message.TextBody, StringComparison.Ordinal);
        Assert.Contains("The domain of your e-mail address alice@lapsed.example did not exist", signIn.Notice());
        Assert.Contains("did not exist", profile.Notice());
        Assert.Contains("The domain of your e-mail address alice@lapsed.example did not exist", page);
        Assert.Contains("Mail me a link to confirm it", page);
    }

    [Fact]
    public async Task Who_signs_in_with_a_browser_for_a_terminal_reads_it_there()
    {
        await using var dns = await TestNameServer.StartAsync(TestNameServer.Gone(Domain));
        await using var app = await StartAsync(dns.Options);
        await app.SignedInAsync("alice");
        await GoneAsync(app);

        var begun = await app.PostAsync("/-/v1/login", null, new JsonObject());
        var json = await begun.ShouldBeAsync(HttpStatusCode.OK);
        var (login, done) = (new Uri((string)json["loginUrl"]!).PathAndQuery, new Uri((string)json["doneUrl"]!).PathAndQuery);
        var browser = new Browser(app);
        await browser.OpenAsync(login);
        await browser.SubmitAsync("", ("name", "alice"), ("password", RegistryApp.Password), ("code", begun.Notice()!.Split("code is ")[1].Split('.')[0]));
        var collected = await app.GetAsync(done);

        Assert.Contains("did not exist", collected.Notice());
    }

    [Fact]
    public async Task No_mail_goes_there_any_more_and_links_of_before_are_good_no_more()
    {
        await using var dns = await TestNameServer.StartAsync(TestNameServer.Gone(Domain));
        await using var smtp = new SmtpReceiver();
        await using var app = await StartAsync([.. smtp.Options, .. dns.Options]);
        await app.SignedInAsync("root", isAdministrator: true);
        var alice = await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice", Address);
        await RoundAsync(app);
        app.Clock.Advance(Day - TimeSpan.FromMinutes(10));
        await AskForAnotherPasswordAsync(app, "alice");
        var link = AccountCalls.LinkIn((await smtp.LinkMailAsync(Address)).Message.TextBody!);
        Assert.Contains("Choose", await new Browser(app).OpenAsync(link));
        app.Clock.Advance(TimeSpan.FromMinutes(10));

        await RoundAsync(app);
        var before = smtp.Mails.Count(mail => mail.To == Address);
        var page = await new Browser(app).OpenAsync(link);
        await AskForAnotherPasswordAsync(app, "alice");
        await AskForAnotherPasswordAsync(app, Address);
        await app.PostAsync("/-/npm/v1/tokens", alice, new JsonObject { ["name"] = "ci", ["password"] = RegistryApp.Password, ["packages_all"] = true, ["packages_and_scopes_permission"] = "read-only" });
        await app.CommandAsync("/user/promote", new JsonObject { ["name"] = "alice" });
        await smtp.NoticeAsync("root@example.test", "A person is an administrator now: alice");
        await Eventually.HoldsAsync(() => app.ReadAsync(async db => !await db.Jobs.AnyAsync(job => job.DueAt != null)));

        Assert.Contains("is too old", page);
        Assert.Equal(before, smtp.Mails.Count(mail => mail.To == Address));
        Assert.Equal(1, await app.ReadAsync(db => db.AccountLinks.CountAsync()));
    }

    [Fact]
    public async Task A_link_that_waits_to_be_sent_is_not_sent()
    {
        await using var dns = await TestNameServer.StartAsync(TestNameServer.Gone(Domain));
        await using var smtp = new SmtpReceiver { Refuse = _ => "450 4.2.0 later" };
        await using var app = await StartAsync([.. smtp.Options, .. dns.Options, "--Assay:Identity:RecoveryMinutes=1440"]);
        await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice", Address);
        await RoundAsync(app);
        app.Clock.Advance(Day - TimeSpan.FromMinutes(1));
        await AskForAnotherPasswordAsync(app, "alice");
        await Eventually.HoldsAsync(() => app.ReadAsync(db => db.Jobs.AnyAsync(job => job.Kind == LinkMail.JobKind && job.LastProblem != null)));
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        await RoundAsync(app);
        smtp.Refuse = _ => null;
        await Eventually.HoldsAsync(() =>
        {
            // Again and again: who was about to wait until then sees only what comes after.
            app.Clock.Advance(TimeSpan.FromHours(1));
            return app.ReadAsync(async db => !await db.Jobs.AnyAsync(job => job.Kind == LinkMail.JobKind && job.DueAt != null));
        });

        Assert.False(smtp.HasLinkMail());
    }

    [Fact]
    public async Task A_domain_that_comes_back_verifies_nobody_again_but_its_person_can()
    {
        await using var dns = await TestNameServer.StartAsync(TestNameServer.Gone(Domain));
        await using var smtp = new SmtpReceiver();
        await using var app = await StartAsync([.. smtp.Options, .. dns.Options]);
        var alice = await app.SignedInAsync("alice");
        await GoneAsync(app);
        await dns.SaysAsync(TestNameServer.Mail(Domain));
        app.Clock.Advance(Day);
        await RoundAsync(app);
        app.Clock.Advance(Day);
        await RoundAsync(app);
        Assert.Null((await PersonAsync(app, "alice")).EmailVerifiedAt);

        var browser = new Browser(app);
        await browser.SignInAsync("alice");
        await browser.SubmitAsync("Verify");
        var link = AccountCalls.LinkIn((await smtp.LinkMailAsync(Address)).Message.TextBody!);
        await browser.OpenAsync(link);
        await browser.SubmitAsync("");

        Assert.NotNull((await PersonAsync(app, "alice")).EmailVerifiedAt);
        Assert.DoesNotContain("did not exist", await browser.OpenAsync("/-/account"));
        Assert.Equal("", (await app.GetAsync("/-/npm/v1/user", alice)).Notice());
        await smtp.NoticeAsync(Address, "The e-mail address of your account was changed");
    }

    [Theory]
    [InlineData("silence")]
    [InlineData("failure")]
    [InlineData("refusal")]
    [InlineData("no such record")]
    [InlineData("alias")]
    public async Task What_says_nothing_of_the_domain_counts_for_nothing(string what)
    {
        await using var dns = await TestNameServer.StartAsync();
        await using var app = await StartAsync(dns.Options);
        await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice", Address);

        await AnswerAsync(what);
        await AnswerAsync(what);
        var never = await PersonAsync(app, "alice");
        await AnswerAsync("gone");
        await AnswerAsync(what);
        var once = await PersonAsync(app, "alice");
        await AnswerAsync("gone");
        var twice = await PersonAsync(app, "alice");

        Assert.NotNull(never.EmailVerifiedAt);
        Assert.NotNull(once.EmailVerifiedAt);
        Assert.Null(twice.EmailVerifiedAt);

        async Task AnswerAsync(string answer)
        {
            switch (answer)
            {
                case "silence":
                    await dns.StopAsync();
                    await RoundAsync(app);
                    break;
                case "failure" or "alias":
                    await dns.StopAsync();
                    await using (new StubbornNameServer(dns.Port, answer == "alias" ? StubbornNameServer.NoSuchDomain : StubbornNameServer.ServerFailure, answer == "alias"))
                    {
                        await RoundAsync(app);
                    }
                    break;
                default:
                    await dns.SaysAsync(answer switch { "gone" => [TestNameServer.Gone(Domain)], "no such record" => [TestNameServer.Gone(Domain), $"--txt-record={Domain},x"], _ => [] });
                    await RoundAsync(app);
                    break;
            }
            app.Clock.Advance(Day);
        }
    }

    [Theory]
    [InlineData("--mx-host=lapsed.example,mail.lapsed.example")]
    [InlineData("--host-record=lapsed.example,127.0.0.1")]
    public async Task A_domain_that_answers_in_between_begins_anew(string record)
    {
        await using var dns = await TestNameServer.StartAsync(TestNameServer.Gone(Domain));
        await using var app = await StartAsync(dns.Options);
        await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice", Address);

        await RoundAsync(app);
        app.Clock.Advance(Day);
        await dns.SaysAsync(TestNameServer.Gone(Domain), record);
        await RoundAsync(app);
        app.Clock.Advance(Day);
        await dns.SaysAsync(TestNameServer.Gone(Domain));
        await RoundAsync(app);
        var once = await PersonAsync(app, "alice");
        app.Clock.Advance(Day);
        await RoundAsync(app);

        Assert.NotNull(once.EmailVerifiedAt);
        Assert.Null((await PersonAsync(app, "alice")).EmailVerifiedAt);
    }

    [Fact]
    public async Task Rounds_are_as_far_apart_as_is_said_and_ask_once_for_all_who_share_a_domain()
    {
        await using var dns = await TestNameServer.StartAsync(TestNameServer.Mail("shared.example"));
        await using var app = await StartAsync([.. dns.Options, "--Assay:Identity:EmailDomains:Hours=6"]);
        foreach (var name in new[] { "alice", "bob", "carl" })
        {
            await app.SignedInAsync(name);
            await app.VerifiedAsync(name, $"{name}@Shared.Example");
        }

        Assert.Equal(1, await RoundAsync(app));
        app.Clock.Advance(TimeSpan.FromHours(6) - TimeSpan.FromMinutes(1));
        Assert.Equal(0, await RoundAsync(app));
        Assert.Equal(1, dns.Asked("query[MX] shared.example"));
        await dns.SaysAsync(TestNameServer.Gone("shared.example"));
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await RoundAsync(app);
        app.Clock.Advance(TimeSpan.FromHours(6));
        await RoundAsync(app);

        Assert.Equal(["alice", "bob", "carl"], (await app.RecordedAsync("email.domain-gone")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_two_nodes_one_asks()
    {
        await using var dns = await TestNameServer.StartAsync(TestNameServer.Mail("there.example"));
        string[] configuration = [.. dns.Options, "--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await postgres.CreateDatabaseAsync()}"];
        await using var one = await StartAsync(configuration);
        await using var other = await one.JoinAsync(configuration);
        await one.SignedInAsync("alice");
        await one.VerifiedAsync("alice", "alice@there.example");

        var asked = await Task.WhenAll(RoundAsync(one), RoundAsync(other));

        Assert.Equal([0, 1], asked.Order());
        Assert.Equal(1, dns.Asked("query[MX] there.example"));
    }

    [Fact]
    public async Task What_was_learned_of_a_domain_is_forgotten_with_the_last_address_there()
    {
        await using var dns = await TestNameServer.StartAsync(TestNameServer.Gone(Domain), TestNameServer.Mail("there.example"));
        await using var app = await StartAsync(dns.Options);
        await app.SignedInAsync("alice");
        await app.VerifiedAsync("alice", Address);
        await RoundAsync(app);
        await app.VerifiedAsync("alice", "alice@there.example");
        app.Clock.Advance(Day);
        await RoundAsync(app);
        await app.VerifiedAsync("alice", Address);
        app.Clock.Advance(Day);
        await RoundAsync(app);

        Assert.NotNull((await PersonAsync(app, "alice")).EmailVerifiedAt);
    }

    [Fact]
    public async Task It_runs_by_itself_and_not_at_all_where_it_is_off()
    {
        await using var dns = await TestNameServer.StartAsync(TestNameServer.Mail("there.example"));
        await using var app = await RegistryApp.StartAsync(dns.Options);
        await using var off = await RegistryApp.StartAsync([.. dns.Options, "--Assay:Identity:EmailDomains:Check=false"]);
        foreach (var each in new[] { off, app })
        {
            await each.SignedInAsync("alice");
            await each.VerifiedAsync("alice", "alice@there.example");
        }

        Assert.Equal(0, await RoundAsync(off));
        app.Clock.Advance(TimeSpan.FromHours(1));
        await Eventually.HoldsAsync(() => dns.Asked("query[MX] there.example") == 1);
        Assert.Equal(1, dns.Asked("query[MX] there.example"));
    }

    [Theory]
    [InlineData("alice@Acme.Example", "acme.example")]
    [InlineData("alice@acme.example.", "acme.example")]
    [InlineData("alice@bücher.example", "xn--bcher-kva.example")]
    [InlineData("alice@localhost", null)]
    [InlineData("alice@[192.0.2.1]", null)]
    [InlineData("alice@192.0.2.1", null)]
    [InlineData("alice@a..example", null)]
    public void A_domain_is_asked_for_as_name_servers_know_it(string email, string? domain) => Assert.Equal(domain, EmailDomain.Of(email));

    [Theory]
    [InlineData("10.0.0.53", "10.0.0.53:53")]
    [InlineData("10.0.0.53:5353", "10.0.0.53:5353")]
    [InlineData("fd00::53", "[fd00::53]:53")]
    [InlineData("[fd00::53]:5353", "[fd00::53]:5353")]
    public void A_name_server_is_an_address_with_or_without_a_port(string text, string server)
    {
        Assert.True(EmailDomainsOptions.TryParse(text, out var parsed));
        Assert.Equal(server, parsed.ToString());
    }

    [Fact]
    public async Task A_name_servers_name_is_none()
    {
        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(["--Assay:Identity:EmailDomains:Servers:0=dns.acme.example"]));

        Assert.Contains("Assay:Identity:EmailDomains:Servers", refused.Message, StringComparison.Ordinal);
    }

    private static async Task GoneAsync(RegistryApp app)
    {
        await app.VerifiedAsync("alice", Address);
        await RoundAsync(app);
        app.Clock.Advance(Day);
        await RoundAsync(app);
        Assert.Null((await PersonAsync(app, "alice")).EmailVerifiedAt);
    }

    // Rounds are the test's to begin: one that the clock begins would ask what is not said yet.
    private static Task<RegistryApp> StartAsync(string[] configuration) => RegistryApp.StartAsync(configuration, replace: services => services.Remove(services.Single(service =>
        service.ServiceType == typeof(IHostedService) && service.ImplementationFactory?.Method.ReturnType == typeof(CheckEmailDomains))));

    private static Task<int> RoundAsync(RegistryApp app) => app.Services.GetRequiredService<CheckEmailDomains>().RunAsync(CancellationToken.None);

    private static async Task AskForAnotherPasswordAsync(RegistryApp app, string who)
    {
        var browser = new Browser(app);
        await browser.OpenAsync("/-/forgot");
        await browser.SubmitAsync("", ("who", who));
        await app.SettledAsync();
    }

    private static Task<PersonRow> PersonAsync(RegistryApp app, string name) => app.ReadAsync(db => db.People.SingleAsync(row => row.Name == name));
}
