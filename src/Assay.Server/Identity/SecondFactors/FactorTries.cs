using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>
/// Codes have six digits: wrong ones count for the person from an address, for that address at all, and, further off, for the person from anywhere, because whoever has
/// the password can come from many addresses. A passkey cannot be guessed, so it never waits.
/// </summary>
internal sealed class FactorTries(IOptions<IdentityOptions> options, TimeProvider time)
{
    // Of the person from anywhere: high enough that a guesser somewhere else is no nuisance at once, low enough that a million codes take years.
    private const int FromAnywhere = 4;

    private readonly FailureWaits waits = new(time);

    public async Task<FactorVerdict> RunAsync(
        long personId, string address, FactorAnswer? answer, Func<Task<FactorVerdict>> attempt, CancellationToken cancellationToken)
    {
        if (answer is not FactorAnswer.Code)
        {
            return await attempt();
        }
        var (pair, person) = ($"{address} {personId}", $"#{personId}");
        var turn = waits.TurnOf(person);
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (waits.WaitFor([pair, address, person]) is var wait && wait > TimeSpan.Zero)
            {
                return new FactorVerdict.Wait(wait);
            }
            var verdict = await attempt();
            Count(verdict, pair, address, person);
            return verdict;
        }
        finally
        {
            turn.Release();
        }
    }

    private void Count(FactorVerdict verdict, string pair, string address, string person)
    {
        var free = options.Value.FreeSignInFailures;
        switch (verdict)
        {
            case FactorVerdict.Wrong:
                waits.Failed(pair, free);
                waits.Failed(address, free);
                waits.Failed(person, free * FromAnywhere);
                break;
            case FactorVerdict.Accepted:
                waits.Forget(pair);
                break;
        }
    }
}
