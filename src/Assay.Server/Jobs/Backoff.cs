using System.Security.Cryptography;

namespace Assay.Server.Jobs;

/// <summary>How long a failed job waits: ever longer, and not all of them the same, so that they do not come back at once.</summary>
internal static class Backoff
{
    private const int Factor = 4;
    private const int JitterPercent = 20;

    public static TimeSpan After(int attempts, JobsOptions options)
    {
        var longest = TimeSpan.FromMinutes(options.LongestRetryMinutes);
        var seconds = options.FirstRetrySeconds * Math.Pow(Factor, Math.Max(0, attempts - 1));
        var wait = seconds < longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : longest;
        return wait * (100 + RandomNumberGenerator.GetInt32(-JitterPercent, JitterPercent + 1)) / 100;
    }
}
