using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// The keys of trusted issuers: one way to read, one way to refresh, a cool-down. Old keys stay in use while an issuer cannot be
/// reached, until they are a day old.
/// </summary>
internal sealed class IssuerKeys(IssuerFetch fetch, IOptions<TrustedPublishingOptions> options, TimeProvider time)
{
    private static readonly TimeSpan LongestUse = TimeSpan.FromDays(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <summary>The keys as they are known; fetched when there are none or they are old.</summary>
    /// <exception cref="IssuerUnreachable">There are no usable keys.</exception>
    public Task<IReadOnlyList<JsonWebKey>> GetAsync(TrustedIssuer issuer, CancellationToken cancellationToken) =>
        ReadAsync(issuer, isKeyMissing: false, cancellationToken);

    /// <summary>For a token whose key is not among them: fetches again, at most once per cool-down however many such tokens come.</summary>
    public Task<IReadOnlyList<JsonWebKey>> GetAgainAsync(TrustedIssuer issuer, CancellationToken cancellationToken) =>
        ReadAsync(issuer, isKeyMissing: true, cancellationToken);

    /// <summary>Fetches now, for an operator who asks.</summary>
    public async Task<IReadOnlyList<JsonWebKey>> FetchAsync(TrustedIssuer issuer, CancellationToken cancellationToken) =>
        issuer.Jwks is { } uploaded ? Parse(uploaded) : await DiscoverAsync(issuer, cancellationToken);

    /// <exception cref="IssuerUnreachable">The text is not a set with a usable key.</exception>
    public static IReadOnlyList<JsonWebKey> Parse(string jwks)
    {
        try
        {
            var keys = new JsonWebKeySet(jwks).Keys;
            return keys.Count > 0 ? [.. keys] : throw new IssuerUnreachable("The key set holds no keys.");
        }
        catch (ArgumentException)
        {
            throw new IssuerUnreachable("The key set is not valid JSON.");
        }
    }

    private async Task<IReadOnlyList<JsonWebKey>> ReadAsync(TrustedIssuer issuer, bool isKeyMissing, CancellationToken cancellationToken)
    {
        // A changed binding is another entry: its keys may come from elsewhere.
        var entry = entries.GetOrAdd($"{issuer.Binding.Id}\n{issuer.Binding.Issuer}\n{issuer.Jwks}", _ => new Entry());
        if (entry.IsFresh(time.GetUtcNow(), Lifetime) && !isKeyMissing)
        {
            return entry.Keys!;
        }
        await entry.Turn.WaitAsync(cancellationToken);
        try
        {
            await RefreshAsync(entry, issuer, isKeyMissing);
        }
        finally
        {
            entry.Turn.Release();
        }
        return entry.Keys is { } keys && time.GetUtcNow() - entry.FetchedAt < LongestUse
            ? keys
            : throw new IssuerUnreachable(entry.Problem ?? "The issuer's keys are not known.");
    }

    // Not cancelled with the request that happened to ask first: others wait for the same keys.
    private async Task RefreshAsync(Entry entry, TrustedIssuer issuer, bool isKeyMissing)
    {
        var now = time.GetUtcNow();
        if (now < entry.NotBefore || (!isKeyMissing && entry.IsFresh(now, Lifetime)))
        {
            return;
        }
        try
        {
            entry.Keys = await FetchAsync(issuer, CancellationToken.None);
            entry.FetchedAt = now;
            entry.NotBefore = now.AddSeconds(options.Value.KeysCooldownSeconds);
            entry.Problem = null;
        }
        catch (IssuerUnreachable failure)
        {
            // From now, not from before the attempt: those who waited for an issuer that timed out must not each wait for it again.
            entry.NotBefore = time.GetUtcNow() + AfterFailure;
            entry.Problem = failure.Message;
        }
    }

    private TimeSpan Lifetime => TimeSpan.FromMinutes(options.Value.KeysMinutes);

    private async Task<IReadOnlyList<JsonWebKey>> DiscoverAsync(TrustedIssuer issuer, CancellationToken cancellationToken)
    {
        var url = new Uri(issuer.Binding.Issuer);
        var discovery = Discovery(await fetch.GetAsync(new Uri(url.AbsoluteUri.TrimEnd('/') + "/.well-known/openid-configuration"), issuer, cancellationToken));
        if (discovery.Issuer != issuer.Binding.Issuer)
        {
            throw new IssuerUnreachable($"The discovery document says that its issuer is '{discovery.Issuer}', not '{issuer.Binding.Issuer}'.");
        }
        // Keys on another host would hand the trust in this issuer to whoever runs that host.
        if (!Uri.TryCreate(discovery.JwksUri, UriKind.Absolute, out var keys) || keys.Authority != url.Authority || keys.Scheme != url.Scheme)
        {
            throw new IssuerUnreachable($"The discovery document names keys at '{discovery.JwksUri}', which is not on the issuer's own host. Upload the keys instead (--jwks).");
        }
        return Parse(await fetch.GetAsync(keys, issuer, cancellationToken));
    }

    private static OpenIdConnectConfiguration Discovery(string json)
    {
        try
        {
            return OpenIdConnectConfiguration.Create(json);
        }
        catch (Exception failure) when (failure is ArgumentException or System.Text.Json.JsonException)
        {
            throw new IssuerUnreachable("The discovery document is not valid JSON.");
        }
    }

    private sealed class Entry
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public IReadOnlyList<JsonWebKey>? Keys { get; set; }

        public DateTimeOffset FetchedAt { get; set; }

        public DateTimeOffset NotBefore { get; set; }

        public string? Problem { get; set; }

        public bool IsFresh(DateTimeOffset now, TimeSpan lifetime) => Keys is not null && now - FetchedAt < lifetime;
    }
}
