using Microsoft.IdentityModel.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>How an issuer's keys stand on this node.</summary>
internal sealed record KeysHeld(IReadOnlyList<JsonWebKey>? Keys, DateTimeOffset FetchedAt, string? Problem)
{
    public static KeysHeld Nothing { get; } = new(null, DateTimeOffset.MinValue, null);
}

/// <summary>How long keys are fresh, and the shortest time between two fetches.</summary>
internal readonly record struct KeyTimes(TimeSpan Fresh, TimeSpan CoolDown);

/// <summary>One issuer's keys, and the one attempt that may be under way to fetch them again.</summary>
internal sealed class KeptKeys(Func<Task<IReadOnlyList<JsonWebKey>>> fetch, KeyTimes times, TimeProvider time)
{
    private static readonly TimeSpan LongestUse = TimeSpan.FromDays(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Attempt latest = new(Task.CompletedTask, DateTimeOffset.MinValue);
    private DateTimeOffset notBefore;
    private volatile KeysHeld held = KeysHeld.Nothing;

    public KeysHeld Held => held;

    /// <exception cref="IssuerUnreachable">There are no usable keys.</exception>
    public async ValueTask<IReadOnlyList<JsonWebKey>> GetAsync(CancellationToken cancellationToken)
    {
        if (IsYoungerThan(times.Fresh))
        {
            return held.Keys!;
        }
        var attempt = Begin(evenIfFresh: false, evenIfTried: false);
        await (IsYoungerThan(LongestUse) ? AMomentAsync(attempt, cancellationToken) : attempt.Task.WaitAsync(cancellationToken));
        return Usable();
    }

    /// <summary>For a token whose key is not among them: fetches again, at most once per cool-down however many such tokens come.</summary>
    /// <exception cref="IssuerUnreachable">There are no usable keys.</exception>
    public async Task<IReadOnlyList<JsonWebKey>> GetAgainAsync(CancellationToken cancellationToken)
    {
        await Begin(evenIfFresh: true, evenIfTried: false).Task.WaitAsync(cancellationToken);
        return Usable();
    }

    /// <summary>Fetches now, for an operator who asks.</summary>
    /// <exception cref="IssuerUnreachable">They could not be had just now.</exception>
    public async Task<IReadOnlyList<JsonWebKey>> FetchAsync(CancellationToken cancellationToken)
    {
        await Begin(evenIfFresh: true, evenIfTried: true).Task.WaitAsync(cancellationToken);
        return held is { Problem: null, Keys: { } keys } ? keys : throw Unknown();
    }

    private bool IsYoungerThan(TimeSpan age) => held.Keys is not null && time.GetUtcNow() - held.FetchedAt < age;

    private IReadOnlyList<JsonWebKey> Usable() => IsYoungerThan(LongestUse) ? held.Keys! : throw Unknown();

    private IssuerUnreachable Unknown() => new(held.Problem ?? "The issuer's keys are not known.");

    // Old keys are not believed without asking: one of them may have been withdrawn. But an issuer that is known to be slow or down
    // holds nobody up.
    private async Task AMomentAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.Task.IsCompleted || held.Problem is not null || time.GetUtcNow() - attempt.BeganAt >= Moment)
        {
            return;
        }
        try
        {
            await attempt.Task.WaitAsync(Moment, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It goes on by itself; until it is done the old keys serve.
        }
    }

    /// <summary>The attempt under way, or a new one when it is time. It belongs to nobody's request: others wait for the same keys.</summary>
    private Attempt Begin(bool evenIfFresh, bool evenIfTried)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (latest.Task.IsCompleted && (evenIfTried || now >= notBefore) && (evenIfFresh || !IsYoungerThan(times.Fresh)))
            {
                notBefore = now + AfterFailure;
                latest = new Attempt(Task.Run(() => AttemptAsync(now)), now);
            }
            return latest;
        }
    }

    private async Task AttemptAsync(DateTimeOffset beganAt)
    {
        try
        {
            End(new KeysHeld(await fetch(), beganAt, Problem: null), beganAt + times.CoolDown);
        }
        catch (IssuerUnreachable failure)
        {
            // From now, not from before the attempt: those who waited for an issuer that timed out must not each wait for it again.
            End(held with { Problem = failure.Message }, time.GetUtcNow() + AfterFailure);
        }
    }

    private void End(KeysHeld result, DateTimeOffset next)
    {
        lock (gate)
        {
            held = result;
            notBefore = next;
        }
    }

    private sealed record Attempt(Task Task, DateTimeOffset BeganAt);
}
