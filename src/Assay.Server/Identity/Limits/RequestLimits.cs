using System.Collections.Concurrent;
using Assay.Server.Answers;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>Too much of one thing in one minute: which limit, how high, and when it is worth trying again.</summary>
internal sealed record LimitReached(LimitKind Kind, int PerMinute, TimeSpan For)
{
    public string Text => $"Too many {What}: at most {PerMinute} a minute (Assay:Limits:{Kind}). Try again in {Math.Ceiling(For.TotalSeconds)} seconds.";

    public JsonAnswer ToAnswer() => NpmError.With(StatusCodes.Status429TooManyRequests, "too-many-requests", Text, retryAfter: For);

    private string What => Kind switch
    {
        LimitKind.SignInsPerAddress => "sign-ins from your address",
        LimitKind.ChangesPerAccount => "changes with your account",
        LimitKind.ChangesPerPackage => "changes of this package",
        LimitKind.ExchangesPerProject => "exchanges by this CI project",
        LimitKind.ExchangesPerPackage => "exchanges for this package",
        LimitKind.ReadsPerAccount => "requests with your account",
        LimitKind.ReportsPerAccount => "reports by you",
        _ => "requests from your address",
    };
}

/// <summary>
/// Buckets, one for each kind and key, filled evenly: as much as a minute allows may come at once, and then as fast as it flows in. In memory, so each node counts
/// for itself, and a start forgets.
/// </summary>
internal sealed class RequestLimits(IOptions<LimitsOptions> options, TimeProvider time)
{
    private const int Capacity = 100_000;

    private readonly ConcurrentDictionary<(LimitKind, string), Bucket> buckets = new();

    /// <summary>Null when there is room, of which one is taken then.</summary>
    public LimitReached? Take(LimitKind kind, string key)
    {
        if (PerMinute(kind) is not (> 0 and var limit))
        {
            return null;
        }
        if (buckets.Count >= Capacity)
        {
            // Full ones say nothing; the others begin anew with them, which is the lesser evil to growing without end.
            buckets.Clear();
        }
        var wait = buckets.GetOrAdd((kind, key), static (_, full) => new Bucket(full.limit, full.now), (limit, now: time.GetUtcNow())).Take(limit, time.GetUtcNow());
        return wait is { } until ? new LimitReached(kind, limit, until) : null;
    }

    /// <summary>Whether it is limited at all: who it is need not be found out otherwise.</summary>
    public bool Has(LimitKind kind) => PerMinute(kind) > 0;

    private int PerMinute(LimitKind kind) => kind switch
    {
        LimitKind.SignInsPerAddress => options.Value.SignInsPerAddress,
        LimitKind.ChangesPerAccount => options.Value.ChangesPerAccount,
        LimitKind.ChangesPerPackage => options.Value.ChangesPerPackage,
        LimitKind.ExchangesPerProject => options.Value.ExchangesPerProject,
        LimitKind.ExchangesPerPackage => options.Value.ExchangesPerPackage,
        LimitKind.ReadsPerAccount => options.Value.ReadsPerAccount,
        LimitKind.ReadsPerAddress => options.Value.ReadsPerAddress,
        LimitKind.ReportsPerAccount => options.Value.ReportsPerAccount,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private sealed class Bucket(double content, DateTimeOffset filledAt)
    {
        private readonly Lock turn = new();
        private double content = content;
        private DateTimeOffset filledAt = filledAt;

        /// <summary>Null when one was taken, otherwise how long it is until there is one.</summary>
        public TimeSpan? Take(int perMinute, DateTimeOffset now)
        {
            lock (turn)
            {
                // A clock that goes back fills nothing, and takes nothing away.
                var passed = now > filledAt ? now - filledAt : TimeSpan.Zero;
                content = Math.Min(perMinute, content + (passed.TotalMinutes * perMinute));
                filledAt = now;
                if (content < 1)
                {
                    return TimeSpan.FromMinutes((1 - content) / perMinute);
                }
                content--;
                return null;
            }
        }
    }
}
