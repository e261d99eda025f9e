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

    public bool Reserves(string host) =>
        ReservedHosts.Any(reserved => reserved.StartsWith("*.", StringComparison.Ordinal)
            ? host.EndsWith(reserved[1..], StringComparison.Ordinal)
            : host == reserved);
}
