using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>Passwords: failures count for a name from an address, and for that address at all.</summary>
internal sealed class SignInThrottle(IOptions<IdentityOptions> options, TimeProvider time)
{
    private readonly FailureWaits waits = new(time);

    /// <summary>Held while a password from this address is checked.</summary>
    public SemaphoreSlim TurnOf(string address) => waits.TurnOf(address);

    /// <summary>How long this caller has to wait; zero when it may try now.</summary>
    public TimeSpan WaitFor(string name, string address) => waits.WaitFor(Keys(name, address));

    public void Failed(string name, string address)
    {
        foreach (var key in Keys(name, address))
        {
            waits.Failed(key, options.Value.FreeSignInFailures);
        }
    }

    public void Succeeded(string name, string address) => waits.Forget(Keys(name, address)[0]);

    private static string[] Keys(string name, string address) => [$"{address} {name}", address];
}
