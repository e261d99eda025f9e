using System.Collections.Immutable;

namespace Assay.Trust.Providers;

/// <summary>Which issuers are this provider's.</summary>
public sealed record IssuerRules
{
    public IReadOnlyList<string> Exact { get => field ?? []; init; }

    public IReadOnlyList<IssuerTemplate> Templates { get => field ?? []; init; }

    /// <summary>Whether operators may bind further issuers: self-managed servers, simulators.</summary>
    public bool Operator { get; init; }

    /// <summary>Hosts on which nothing but the exact and template issuers is believed; <c>*.</c> stands for any subdomain.</summary>
    public IReadOnlyList<string> ReservedHosts { get => field ?? []; init; }

    /// <summary>The template segments of an issuer of the provider's own family (none when exact), or null when it is not one.</summary>
    public IReadOnlyDictionary<string, string>? Match(string issuer) =>
        Exact.Contains(issuer, StringComparer.Ordinal)
            ? new Dictionary<string, string>()
            : Templates.Select(template => template.Match(issuer)).FirstOrDefault(segments => segments is not null);

    /// <summary>What a constant is by default for this issuer alone, or null.</summary>
    internal string? ConstantOf(string issuer, string name) =>
        Exact.Contains(issuer, StringComparer.Ordinal) ? null
            : Templates.FirstOrDefault(template => template.Match(issuer) is not null)?.Const.GetValueOrDefault(name) is { } text
                ? BindingText.Render(text, this, issuer, ImmutableDictionary<string, string>.Empty)
                : null;

    /// <summary>Whether a reservation would take a host that is reserved or used here.</summary>
    internal bool Overlaps(string reserved)
    {
        var taken = new IssuerRules { ReservedHosts = [reserved] };
        return Exact.Select(ProviderCatalog.HostOf).Concat(ReservedHosts).Any(host => host == reserved || taken.Reserves(host)) || Reserves(reserved);
    }

    public bool Reserves(string host) =>
        ReservedHosts.Any(reserved => reserved.StartsWith("*.", StringComparison.Ordinal)
            ? host.EndsWith(reserved[1..], StringComparison.Ordinal)
            : host == reserved);
}
