using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>Who asks for mails again and again from one address has to wait, whomever they name. How often one person gets a mail is decided with the person.</summary>
internal sealed class RecoveryThrottle(IOptions<IdentityOptions> options, TimeProvider time)
{
    private readonly FailureWaits waits = new(time);

    /// <summary>Zero when it may be asked now; that it was is counted then.</summary>
    public TimeSpan Take(string address)
    {
        var wait = waits.WaitFor([address]);
        if (wait == TimeSpan.Zero)
        {
            waits.Failed(address, options.Value.FreeSignInFailures);
        }
        return wait;
    }
}
