using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>
/// Codes have six digits: wrong ones count for an address, and, further off, for the person from anywhere, because whoever has the password can come from many addresses.
/// A passkey cannot be guessed, so it never waits.
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
        var person = $"#{personId}";
        var turn = waits.TurnOf(person);
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (waits.WaitFor([address, person]) is var wait && wait > TimeSpan.Zero)
            {
                return new FactorVerdict.Wait(wait);
            }
            var verdict = await attempt();
            if (verdict is FactorVerdict.Wrong)
            {
                waits.Failed(address, options.Value.FreeSignInFailures);
                waits.Failed(person, options.Value.FreeSignInFailures * FromAnywhere);
            }
            return verdict;
        }
        finally
        {
            turn.Release();
        }
    }
}
