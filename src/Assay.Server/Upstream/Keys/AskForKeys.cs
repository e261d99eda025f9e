using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream;

/// <summary>
/// When registries are asked for their keys: when they are wanted, an hour after the last answer, and soon again when there was none. Whoever wants them first
/// waits, together with all others; for another try after a failure nobody waits, because a registry that answers everything else must not become slow by it.
/// </summary>
internal sealed class AskForKeys(FetchKeys fetch, IOptions<UpstreamOptions> options, TimeProvider time)
{
    private static readonly TimeSpan AnswerHolds = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Asked> asked = new(StringComparer.Ordinal);
    private readonly OneAtATime<bool> running = new();

    public async Task RunAsync(UpstreamRegistry registry, CancellationToken cancellationToken)
    {
        if (options.Value.Offline || IsSettled(registry, out var hasFailed))
        {
            return;
        }
        var asking = running.RunAsync(registry.Key, () => AskAsync(registry), cancellationToken);
        if (!hasFailed)
        {
            await asking;
        }
    }

    private async Task<bool> AskAsync(UpstreamRegistry registry)
    {
        // Another may have asked between our look and this one.
        if (!IsSettled(registry, out _))
        {
            var isAnswered = await fetch.RunAsync(registry, CancellationToken.None);
            asked[registry.Key] = new Asked(time.GetUtcNow() + (isAnswered ? AnswerHolds : TimeSpan.FromSeconds(options.Value.KeysRetrySeconds)), !isAnswered);
        }
        return true;
    }

    private bool IsSettled(UpstreamRegistry registry, out bool hasFailed)
    {
        var isKnown = asked.TryGetValue(registry.Key, out var last);
        hasFailed = last is { HasFailed: true };
        return isKnown && time.GetUtcNow() < last!.Until;
    }

    private sealed record Asked(DateTimeOffset Until, bool HasFailed);
}
