using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Hosting.Commands;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Assay.Server.Tests.Hosting;

/// <summary>Long work whose answer has begun: how it ends when it fails, or when whoever asked is gone.</summary>
public sealed class ProgressAnswerTests : IDisposable
{
    private readonly CapturedLog log = new();
    private readonly MemoryStream sent = new();
    private readonly CancellationTokenSource hangsUp = new();
    private readonly ServiceProvider services;

    public ProgressAnswerTests() => services = new ServiceCollection().AddLogging(logging => logging.AddProvider(log)).BuildServiceProvider();

    [Fact]
    public async Task What_nobody_expected_is_logged_and_told_by_its_number()
    {
        await AnswerAsync((_, _) => throw new InvalidOperationException("a secret"));

        var error = (string)JsonNode.Parse(sent.ToArray())!["error"]!;
        Assert.Matches("incident [0-9a-f]{12}", error);
        Assert.DoesNotContain("a secret", error, StringComparison.Ordinal);
        Assert.Contains(log.Lines, line => line.StartsWith("Incident ", StringComparison.Ordinal) && error.Contains(line[9..21], StringComparison.Ordinal)
            && line.Contains("a secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_hangs_up_stops_the_work_and_its_end_is_waited_for()
    {
        var hasEnded = false;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AnswerAsync(async (_, stop) =>
        {
            await hangsUp.CancelAsync();
            Assert.True(stop.IsCancellationRequested);
            await Task.Delay(300, CancellationToken.None);
            hasEnded = true;
            stop.ThrowIfCancellationRequested();
            return ProgressOutcome.Done();
        }));

        Assert.True(hasEnded);
        Assert.Empty(log.Lines);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"done\":1,\"of\":2,\"unit\":\"files\"}\n")]
    [InlineData("{\"done\":1,\"of\":2,\"unit\":\"files\"}\n{\"done\":2,\"o")]
    public async Task An_answer_that_ends_early_is_a_connection_that_ended(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));

        await Assert.ThrowsAsync<IOException>(() => ProgressLines.ReadAsync(stream, CancellationToken.None));
    }

    public void Dispose()
    {
        services.Dispose();
        sent.Dispose();
        hangsUp.Dispose();
        log.Dispose();
    }

    private Task AnswerAsync(Func<IProgress<Progress>, CancellationToken, Task<ProgressOutcome>> work) =>
        new ProgressAnswer(work, TimeProvider.System).ExecuteAsync(
            new DefaultHttpContext { RequestServices = services, RequestAborted = hangsUp.Token, Response = { Body = sent } });
}
