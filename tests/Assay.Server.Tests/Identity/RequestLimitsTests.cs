using Assay.Server.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Tests.Identity;

/// <summary>How room is used up and flows back.</summary>
public sealed class RequestLimitsTests
{
    private readonly MovedClock clock = new();

    [Fact]
    public void However_long_nothing_came_a_minutes_worth_comes_at_once_and_no_more()
    {
        var limits = Limits(3);
        Assert.Equal(3, TakenAtOnce(limits));

        clock.Now += TimeSpan.FromDays(1);

        Assert.Equal(3, TakenAtOnce(limits));
    }

    [Fact]
    public void Room_flows_back_evenly()
    {
        var limits = Limits(3);
        TakenAtOnce(limits);

        clock.Now += TimeSpan.FromSeconds(19);
        var refused = limits.Take(LimitKind.SignInsPerAddress, "a");
        clock.Now += TimeSpan.FromSeconds(1);

        Assert.InRange(refused!.For.TotalSeconds, 0.9, 1.1);
        Assert.Null(limits.Take(LimitKind.SignInsPerAddress, "a"));
        Assert.NotNull(limits.Take(LimitKind.SignInsPerAddress, "a"));
    }

    [Fact]
    public void A_clock_that_goes_back_fills_nothing_and_takes_nothing_away()
    {
        var limits = Limits(3);
        Assert.Null(limits.Take(LimitKind.SignInsPerAddress, "a"));

        clock.Now -= TimeSpan.FromDays(1);

        Assert.Equal(2, TakenAtOnce(limits));
        clock.Now += TimeSpan.FromSeconds(20);
        Assert.Equal(1, TakenAtOnce(limits));
    }

    [Fact]
    public void Each_kind_and_each_key_is_counted_by_itself()
    {
        var limits = Limits(1);
        Assert.Null(limits.Take(LimitKind.SignInsPerAddress, "a"));

        Assert.Null(limits.Take(LimitKind.SignInsPerAddress, "b"));
        Assert.Null(limits.Take(LimitKind.ReportsPerAccount, "a"));
        Assert.NotNull(limits.Take(LimitKind.SignInsPerAddress, "a"));
    }

    [Fact]
    public void Nothing_is_without_a_limit()
    {
        var limits = Limits(0);

        Assert.False(limits.Has(LimitKind.SignInsPerAddress));
        Assert.Equal(100, TakenAtOnce(limits));
    }

    private static int TakenAtOnce(RequestLimits limits) => Enumerable.Range(0, 100).TakeWhile(_ => limits.Take(LimitKind.SignInsPerAddress, "a") is null).Count();

    private RequestLimits Limits(int perMinute) => new(Options.Create(new LimitsOptions { SignInsPerAddress = perMinute, ReportsPerAccount = perMinute }), clock);

    private sealed class MovedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
