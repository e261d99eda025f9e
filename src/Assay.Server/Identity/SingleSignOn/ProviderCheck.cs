using System.Runtime.CompilerServices;
using Assay.Server.Data;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>The OpenID provider answers, and is the one that was meant.</summary>
internal sealed class ProviderCheck(OpenIdProvider provider, IOptions<IdentityOptions> options) : IDoctorCheck
{
    public string Subject => "single sign-on";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options.Value.SingleSignOn.IsOn)
        {
            yield return await LookAsync(cancellationToken);
        }
    }

    private async Task<Finding> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var keys = await provider.KeysAsync("", cancellationToken);
            return Finding.Ok($"{options.Value.SingleSignOn.Issuer} answers, with {keys.Count} keys");
        }
        catch (ProviderUnavailable failure)
        {
            return Finding.Failed(failure.Message, $"Mend that, or the settings in {SingleSignOnOptions.Section}");
        }
    }
}
