using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// How much of each hour strangers may fill, counted on this node before anything is written: what is over a cap costs nothing. That several
/// nodes together keep the cap of a package is asked again where it is written.
/// </summary>
internal sealed class StrangerCaps(IOptions<TrustedPublishingOptions> options, TimeProvider time)
{
    private const int Capacity = 20_000;

    private readonly ConcurrentDictionary<string, (long Hour, int Count)> taken = new(StringComparer.Ordinal);

    public bool TryTake(RefusedAttempt attempt) => attempt.Presenter switch
    {
        Presenter.Project => true,
        // Apart from those of strangers, so that these cannot crowd out what the owners look for.
        Presenter.TokenHolder => TryTake($"held {attempt.Asked.Name}", options.Value.StrangerAttemptsPerHour),
        _ => TryTake(Source(attempt), options.Value.StrangerAttemptsPerProject) && TryTake($"package {attempt.Asked.Name}", options.Value.StrangerAttemptsPerHour),
    };

    /// <summary>A project, where the issuer names it; else whoever sends from there in the issuer's name.</summary>
    private static string Source(RefusedAttempt attempt) => attempt.Claims is { } claims
        ? $"project {claims.Issuer} {claims.ProjectId}"
        : $"address {attempt.Issuer} {attempt.Address}";

    private bool TryTake(string name, int cap)
    {
        if (taken.Count >= Capacity)
        {
            taken.Clear();
        }
        var hour = time.GetUtcNow().ToUnixTimeSeconds() / 3600;
        var now = taken.AddOrUpdate(name, _ => (hour, 1), (_, before) => before.Hour == hour ? (hour, before.Count + 1) : (hour, 1));
        return now.Count <= cap;
    }
}
