using System.Net;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Trust.Policies;
using Assay.Trust.Policies.Conditions;
using Assay.Trust.Providers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>No credential is ever written where somebody else may read it.</summary>
public sealed class SecrecyTests
{
    [Fact]
    public async Task No_log_line_holds_a_token_however_much_is_logged()
    {
        using var log = new CapturedLog();
        await using var world = await TrustWorld.StartAsync(
            ["--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace"],
            replace: services => services.RemoveAll<ILoggerProvider>().AddSingleton<ILoggerProvider>(log));
        await world.TrustGithubAsync();
        string[] identityTokens =
        [
            world.Github(),
            world.Github(forgery: Forgery.UnknownKey),
            world.Github(forgery: Forgery.WrongIssuer),
            world.Github(new JsonObject { ["repository"] = "mallory/x" }),
            world.Ci.MintGitlab(),
        ];
        var token = await world.ExchangedAsync(identityTokens[0]);

        foreach (var identityToken in identityTokens)
        {
            await world.ExchangeAsync(identityToken, "@acme/other");
            await world.PublishAsync(identityToken, "1.0.0");
            await world.App.PostAsync("/-/assay/v1/trust/simulate", world.Administrator, new JsonObject { ["package"] = TrustWorld.Package, ["token"] = identityToken });
            await world.AdminAsync("/simulate", new JsonObject { ["package"] = TrustWorld.Package, ["token"] = identityToken });
        }
        await world.PublishAsync(token, "1.0.0", "@acme/other");
        await world.PublishAsync(token, "1.0.0");
        await world.PublishAsync(token, "1.0.1");
        await world.SettledAsync();

        Assert.NotEmpty(log.Lines);
        Assert.All(log.Lines, line =>
        {
            Assert.DoesNotContain(token, line, StringComparison.Ordinal);
            Assert.DoesNotContain(world.Administrator, line, StringComparison.Ordinal);
            Assert.All(identityTokens, jwt => Assert.DoesNotContain(jwt.Split('.')[2], line, StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Personal_claims_are_in_no_log_line_no_attempt_and_no_audit_event()
    {
        const string Person = "a-persons-name";
        using var log = new CapturedLog();
        await using var world = await TrustWorld.StartAsync(
            ["--Logging:LogLevel:Default=Trace"], replace: services => services.RemoveAll<ILoggerProvider>().AddSingleton<ILoggerProvider>(log));
        await world.PublishAsync(world.Administrator, "1.0.0");
        var when = new Condition.Compare(new ValueReference(ValueSource.Claim, "actor"), ConditionOperator.In, ["hubot"]);
        await (new TestPolicy(TrustActions.Publish) { When = when }).AddToAsync(world);
        await world.TrustGithubAsync("@acme/granted");
        var token = world.Github(new JsonObject { ["actor"] = Person });

        using var refused = await world.ExchangeAsync(token);
        await world.PublishAsync(await world.ExchangedAsync(token, "@acme/granted"), "1.0.0", "@acme/granted");
        await world.SettledAsync();
        var attempts = await world.App.ReadAsync(db => db.ExchangeAttempts.Select(row => $"{row.Text} {row.Recital} {row.Claims} {row.Comparisons}").ToListAsync());
        var audit = await world.App.ReadAsync(db => db.AuditEvents.Select(row => $"{row.Actor} {row.Subject} {row.Detail}").ToListAsync());

        var reason = await refused.ShouldExplainAsync(HttpStatusCode.Unauthorized, "condition-not-met");
        Assert.Equal(2, attempts.Count);
        Assert.All([.. log.Lines, .. attempts, .. audit, reason, refused.Notice()], text => Assert.DoesNotContain(Person, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_answer_repeats_a_token_that_was_sent()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var refusedToken = world.Github(new JsonObject { ["repository"] = "mallory/x" });
        var token = await world.ExchangedAsync(world.Github());

        using var refused = await world.ExchangeAsync(refusedToken);
        using var wrongPackage = await world.PublishAsync(token, "1.0.0", "@acme/other");

        foreach (var answer in new[] { refused, wrongPackage })
        {
            var text = $"{answer.Headers}{await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
            Assert.DoesNotContain(refusedToken.Split('.')[1], text, StringComparison.Ordinal);
            Assert.DoesNotContain(token, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_audit_log_and_the_attempts_hold_no_token()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var identityToken = world.Github();
        var token = await world.ExchangedAsync(identityToken);
        await (await world.PublishAsync(token, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);

        var audit = await world.App.ReadAsync(db => db.AuditEvents.Select(row => $"{row.Actor} {row.Subject} {row.Detail}").ToListAsync());
        var attempts = (await world.AttemptsAsync()).ToJsonString();

        Assert.All([.. audit, attempts], text =>
        {
            Assert.DoesNotContain(token, text, StringComparison.Ordinal);
            Assert.DoesNotContain(identityToken.Split('.')[2], text, StringComparison.Ordinal);
        });
    }
}
