using Assay.Server.Data;

namespace Assay.Server.Tests.Data;

public sealed class WithinBudgetTests
{
    private readonly WithinBudget<string, string> kept = new(100, (_, value) => value.Length);
    private int made;

    [Fact]
    public async Task It_is_made_once_for_all_who_ask()
    {
        var gate = new TaskCompletionSource();

        var asked = Enumerable.Range(0, 5).Select(_ => kept.GetAsync("a", () => MakeAsync("value", gate.Task), CancellationToken.None)).ToList();
        gate.SetResult();

        Assert.All(await Task.WhenAll(asked), value => Assert.Equal("value", value));
        Assert.Equal(1, made);
    }

    [Fact]
    public async Task What_was_used_longest_ago_goes_first()
    {
        foreach (var key in new[] { "a", "b", "a", "c" })
        {
            await GetAsync(key, 40);
        }
        made = 0;

        await GetAsync("a", 40);
        await GetAsync("c", 40);
        await GetAsync("b", 40);

        Assert.Equal(1, made);
        Assert.InRange(kept.Held, 40, 100);
    }

    [Fact]
    public async Task What_is_larger_than_the_budget_is_answered_and_not_kept()
    {
        Assert.Equal(200, (await GetAsync("a", 200))!.Length);

        Assert.Equal(0, kept.Held);
    }

    [Fact]
    public async Task Failures_and_nothings_are_tried_again()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => kept.GetAsync("a", () => throw new InvalidOperationException(), CancellationToken.None));
        Assert.Null(await kept.GetAsync("a", () => Task.FromResult<string?>(null), CancellationToken.None));

        Assert.Equal(10, (await GetAsync("a", 10))!.Length);
    }

    [Fact]
    public async Task Who_goes_away_leaves_nothing_uncounted()
    {
        var gate = new TaskCompletionSource();
        using var gone = new CancellationTokenSource();
        var asked = kept.GetAsync("a", () => MakeAsync("value", gate.Task), gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);

        gate.SetResult();

        await Fixtures.Eventually.HoldsAsync(() => kept.Held == 5);
    }

    private Task<string?> GetAsync(string key, int length) => kept.GetAsync(key, () => MakeAsync(new string('x', length), Task.CompletedTask), CancellationToken.None);

    private async Task<string?> MakeAsync(string value, Task gate)
    {
        await gate;
        Interlocked.Increment(ref made);
        return value;
    }
}
