using System.Runtime.CompilerServices;
using Assay.Server.Data;
using Assay.Trust.Providers;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>The keys of each issuer that counts can be had, and its clock agrees with this machine's.</summary>
internal sealed class IssuersCheck(
    Issuers issuers, ProviderCatalog catalog, IssuerFetch fetch, TimeProvider time, IOptions<TrustedPublishingOptions> options) : IDoctorCheck
{
    public string Subject => "issuers";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var enabled = (await issuers.ListAsync(cancellationToken)).Where(issuer => issuer.Row.EnabledIssuer is not null).ToList();
        if (enabled.Count == 0)
        {
            yield return Finding.Warning("No CI system is trusted", "If jobs are to publish without tokens, run: ./run admin issuer add github --provider github --names '@acme/*'");
        }
        foreach (var issuer in enabled)
        {
            yield return await KeysAsync(issuer, cancellationToken);
            if (issuer.Row.Jwks is null && await ClockAsync(issuer, cancellationToken) is { } clock)
            {
                yield return clock;
            }
        }
    }

    private async Task<Finding> KeysAsync(IssuerReport issuer, CancellationToken cancellationToken)
    {
        var id = issuer.Row.Id;
        if (issuer.Suspended is { } reason)
        {
            return Finding.Failed($"The issuer {id} is suspended", reason);
        }
        var (found, denial) = await issuers.CheckAsync(id, cancellationToken);
        return found is not null
            ? Finding.Ok($"The issuer {id} shows its keys: {found}")
            : Finding.Failed($"The keys of the issuer {id} cannot be had: {denial!.Text}", $"Its jobs cannot publish. When it is mended, run: ./run admin issuer check {id}");
    }

    /// <summary>Null when it cannot be asked, which its keys have told already, or does not say.</summary>
    private async Task<Finding?> ClockAsync(IssuerReport issuer, CancellationToken cancellationToken)
    {
        if (TrustedIssuer.From(issuer.Row, catalog) is not ({ } trusted, _))
        {
            return null;
        }
        try
        {
            return await fetch.ClockAsync(IssuerDiscovery.DocumentOf(trusted), trusted, cancellationToken) is { } theirs ? Compare(issuer.Row.Id, theirs) : null;
        }
        catch (IssuerUnreachable)
        {
            return null;
        }
    }

    private Finding Compare(string id, DateTimeOffset theirs)
    {
        var apart = Math.Abs((time.GetUtcNow() - theirs).TotalSeconds);
        var text = $"The clocks of this machine and of the issuer {id} are {apart:N0} seconds apart";
        return apart <= options.Value.ClockLeewaySeconds
            ? Finding.Ok(text)
            : Finding.Failed(text, "Set this machine's clock (NTP): tokens are refused as expired or not yet valid");
    }
}
