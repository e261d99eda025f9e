using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// The keys of trusted issuers: one way to read, one way to refresh, a cool-down. Old keys stay in use while an issuer cannot be
/// reached, until they are a day old.
/// </summary>
internal sealed class IssuerKeys(IssuerDiscovery discovery, IOptions<TrustedPublishingOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (string Source, KeptKeys Keys)> kept = new(StringComparer.Ordinal);

    private KeyTimes Times => new(TimeSpan.FromMinutes(options.Value.KeysMinutes), TimeSpan.FromSeconds(options.Value.KeysCooldownSeconds));

    /// <summary>The keys as they are known; fetched when there are none or they are old.</summary>
    /// <exception cref="IssuerUnreachable">There are no usable keys.</exception>
    public ValueTask<IReadOnlyList<JsonWebKey>> GetAsync(TrustedIssuer issuer, CancellationToken cancellationToken) =>
        Of(issuer).GetAsync(cancellationToken);

    /// <inheritdoc cref="KeptKeys.GetAgainAsync"/>
    public Task<IReadOnlyList<JsonWebKey>> GetAgainAsync(TrustedIssuer issuer, CancellationToken cancellationToken) =>
        Of(issuer).GetAgainAsync(cancellationToken);

    /// <inheritdoc cref="KeptKeys.FetchAsync"/>
    public Task<IReadOnlyList<JsonWebKey>> FetchAsync(TrustedIssuer issuer, CancellationToken cancellationToken) =>
        Of(issuer).FetchAsync(cancellationToken);

    /// <summary>What this node has of them, without asking anybody.</summary>
    public KeysHeld HeldOf(TrustedIssuer issuer) => Of(issuer).Held;

    private KeptKeys Of(TrustedIssuer issuer)
    {
        // A changed binding starts anew: its keys may come from elsewhere.
        if (kept.TryGetValue(issuer.Binding.Id, out var known) && known.Source == issuer.KeySource)
        {
            return known.Keys;
        }
        return kept.AddOrUpdate(
            issuer.Binding.Id,
            _ => (issuer.KeySource, Make(issuer)),
            (_, other) => other.Source == issuer.KeySource ? other : (issuer.KeySource, Make(issuer))).Keys;
    }

    private KeptKeys Make(TrustedIssuer issuer) => new(
        () => issuer.Jwks is { } uploaded ? Task.FromResult(KeySet.Parse(uploaded)) : discovery.KeysAsync(issuer, CancellationToken.None), Times, time);
}
