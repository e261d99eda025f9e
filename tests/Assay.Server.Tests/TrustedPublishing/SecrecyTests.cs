using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
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

    private sealed class CapturedLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> lines = new();

        public IReadOnlyCollection<string> Lines => lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            lines.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
