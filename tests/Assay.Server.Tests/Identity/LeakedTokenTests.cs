using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Notifications;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Assay.Server.Tests.Identity;

/// <summary>What secret scanners report.</summary>
public sealed class LeakedTokenTests
{
    private const string Route = "/-/assay/v1/leaked-tokens";
    private const string Url = "https://github.com/octocat/Hello-World/blob/12345600b9cbe38a219f39a9941c9319b600c002/foo/bar.txt";

    [Fact]
    public async Task A_reported_token_is_revoked_at_once_and_its_owner_and_the_administrators_hear_of_it()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        await app.SignedInAsync("root", isAdministrator: true);
        var alice = await app.SignedInAsync("alice");
        var token = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci" });
        await (await app.GetAsync("/-/whoami", token)).ShouldBeAsync(HttpStatusCode.OK);

        var answer = await ReportAsync(app, Found(token));

        Assert.Equal($$"""[{"token_hash":"{{Hash(token)}}","token_type":"assay_npm_token","label":"true_positive"}]""", answer);
        await (await app.GetAsync("/-/whoami", token)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
        await (await app.GetAsync("/-/whoami", alice)).ShouldBeAsync(HttpStatusCode.OK);
        var happened = await app.ReadAsync(db => db.AuditEvents.SingleAsync(row => row.Action == "token.leaked"));
        Assert.Equal("found at github.com, in content", happened.Detail);
        Assert.Equal(await app.ReadAsync(db => db.AccessTokens.Where(row => row.Name == "ci").Select(row => row.Key).SingleAsync()), happened.Subject);
        await Eventually.HoldsAsync(() => smtp.Mails.Count(mail => mail.Subject.Contains("was found where it does not belong", StringComparison.Ordinal)) == 2);
        Assert.DoesNotContain(smtp.Mails, mail => mail.Raw.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_no_live_token_is_a_false_positive_and_changes_nothing()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var revoked = await app.TokenAsync(alice, new JsonObject { ["name"] = "revoked" });
        await (await app.DeleteAsync($"/-/npm/v1/tokens/token/{revoked}", revoked)).ShouldBeAsync(HttpStatusCode.OK);
        var ended = await app.TokenAsync(alice, new JsonObject { ["name"] = "ended", ["expires"] = 1 });
        app.Clock.Advance(TimeSpan.FromDays(2));

        var answer = await ReportAsync(app, Found(revoked), Found(ended), Found("npm_" + new string('x', 36)), Found("x"), Found(alice[..^1] + "-"));

        Assert.Equal(5, answer.Split("false_positive").Length - 1);
        Assert.DoesNotContain("true_positive", answer);
        Assert.False(await app.ReadAsync(db => db.AuditEvents.AnyAsync(row => row.Action == "token.leaked")));
        await (await app.GetAsync("/-/whoami", alice)).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_found_in_several_places_is_one()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        var answer = await ReportAsync(app, Found(alice), Found(alice), Found("x"));

        Assert.Equal(2, answer.Split("true_positive").Length - 1);
        Assert.Equal(1, await app.ReadAsync(db => db.AuditEvents.CountAsync(row => row.Action == "token.leaked")));
        Assert.DoesNotContain("true_positive", await ReportAsync(app, Found(alice)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_token_of_a_run_is_revoked_too(bool isUsed)
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        if (isUsed)
        {
            await (await world.PublishAsync(token, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);
        }

        var answer = await ReportAsync(world.App, Found(token));

        Assert.Contains("true_positive", answer);
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.PublishAsync(token, "1.0.0")).StatusCode);
        var happened = await world.App.ReadAsync(db => db.AuditEvents.SingleAsync(row => row.Action == "exchanged-token.leaked"));
        Assert.Equal(TrustWorld.Package, happened.Subject);
        Assert.StartsWith("found at github.com, in content; issuer github, project", happened.Detail, StringComparison.Ordinal);
        Assert.Contains("false_positive", await ReportAsync(world.App, Found(token)));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("""[{"token":5}]""")]
    [InlineData("""[{"token":""}]""")]
    [InlineData("""[{"type":"x"}]""")]
    [InlineData("too many")]
    [InlineData("too long")]
    public async Task What_is_no_report_is_refused(string body)
    {
        await using var app = await RegistryApp.StartAsync();
        var json = body switch
        {
            "too many" => new JsonArray([.. Enumerable.Range(0, 101).Select(_ => Found("x"))]),
            "too long" => new JsonArray(Found(new string('x', 1_001))),
            _ => JsonNode.Parse(body),
        };

        await (await app.PostAsync(Route, null, json)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-report");
    }

    [Fact]
    public async Task A_report_of_any_size_is_not_read()
    {
        await using var app = await RegistryApp.StartAsync();

        await (await app.PostAsync(Route, null, new JsonArray(Found(new string('x', 300_000))))).ShouldBeRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    [Fact]
    public async Task Guessing_by_reports_ends_for_that_address_alone()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Identity:LeakReportsPerMinute=2", "--Assay:TrustedProxies:0=127.0.0.1", "--Assay:TrustedProxies:1=::1"]);
        Task<HttpResponseMessage> FromAsync(string address) =>
            app.SendAsync(HttpMethod.Post, Route, null, RegistryApp.Json(new JsonArray(Found("x"))), headers => headers.TryAddWithoutValidation("X-Forwarded-For", address));
        Assert.Equal(HttpStatusCode.OK, (await FromAsync("10.0.0.1")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await FromAsync("10.0.0.1")).StatusCode);

        var refused = await FromAsync("10.0.0.1");

        await refused.ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "too-many-reports");
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await FromAsync("10.0.0.2")).StatusCode);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await FromAsync("10.0.0.1")).StatusCode);
    }

    [Fact]
    public async Task Neither_the_log_nor_the_records_have_the_token_in_them_wherever_the_reporter_puts_it()
    {
        using var log = new CapturedLog();
        await using var app = await RegistryApp.StartAsync(
            ["--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace"],
            replace: services => services.RemoveAll<ILoggerProvider>().AddSingleton<ILoggerProvider>(log));
        var alice = await app.SignedInAsync("alice");
        var item = Found(alice);
        item["url"] = $"https://{alice.Replace('_', '-')}.{alice}.example/{alice}";
        item["source"] = alice;
        var host = Found(await app.TokenAsync(alice, new JsonObject { ["name"] = "ci" }));
        host["url"] = $"https://{host["token"]}/";

        await ReportAsync(app, host);
        await ReportAsync(app, item);

        Assert.All(log.Lines, line => Assert.DoesNotContain(alice, line, StringComparison.OrdinalIgnoreCase));
        var records = await app.ReadAsync(db => db.AuditEvents.Where(row => row.Action == "token.leaked").Select(row => row.Detail).ToListAsync());
        Assert.Equal(2, records.Count);
        Assert.All(records, detail => Assert.DoesNotContain(alice, detail, StringComparison.OrdinalIgnoreCase));
        Assert.All(records, detail => Assert.DoesNotContain((string)host["token"]!, detail, StringComparison.OrdinalIgnoreCase));
    }

    private static JsonObject Found(string token) => new() { ["token"] = token, ["type"] = "assay_npm_token", ["url"] = Url, ["source"] = "content" };

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static async Task<string> ReportAsync(RegistryApp app, params JsonObject[] found)
    {
        using var answer = await app.PostAsync(Route, null, new JsonArray([.. found]));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
