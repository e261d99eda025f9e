using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>
/// Passwords: failures count for an address, and, further off, for a name from anywhere. A name is not held up from an address from which it signed in before: strangers
/// slow down each other, and keep nobody out.
/// </summary>
internal sealed class SignInThrottle(IOptions<IdentityOptions> options, TimeProvider time)
{
    // Of a name from anywhere: high enough that a guesser somewhere else is no nuisance at once.
    private const int FromAnywhere = 4;
    private const int Capacity = 50_000;

    private readonly FailureWaits waits = new(time);
    private readonly ConcurrentDictionary<(string Name, string Address), byte> known = new();

    /// <summary>Held while a password from this address is checked.</summary>
    public SemaphoreSlim TurnOf(string address) => waits.TurnOf(address);

    /// <summary>How long this caller has to wait; zero when it may try now.</summary>
    public TimeSpan WaitFor(string name, string address) =>
        waits.WaitFor(known.ContainsKey((name, address)) ? [address] : [address, Named(name)]);

    public void Failed(string name, string address)
    {
        waits.Failed(address, options.Value.FreeSignInFailures);
        waits.Failed(Named(name), options.Value.FreeSignInFailures * FromAnywhere);
    }

    public void Succeeded(string name, string address)
    {
        if (known.Count >= Capacity)
        {
            known.Clear();
        }
        known[(name, address)] = 0;
    }

    private static string Named(string name) => $"#{name}";
}
