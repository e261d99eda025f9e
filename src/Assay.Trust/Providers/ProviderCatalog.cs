using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Assay.Trust.Providers;

/// <summary>The provider definitions in force: the shipped ones, and those an operator added beside them.</summary>
public sealed class ProviderCatalog
{
    private readonly ImmutableSortedDictionary<string, ProviderDefinition> definitions;

    private ProviderCatalog(ImmutableSortedDictionary<string, ProviderDefinition> definitions) => this.definitions = definitions;

    public static ProviderCatalog Shipped { get; } = ReadShipped();

    public IEnumerable<string> Ids => definitions.Keys;

    public IEnumerable<ProviderDefinition> Definitions => definitions.Values;

    public ProviderDefinition? Find(string id) => definitions.GetValueOrDefault(id);

    /// <summary>Adds an operator's definition; ids and hosts that are taken stay with whom they belong to.</summary>
    internal bool TryAdd(
        ProviderDefinition definition, [NotNullWhen(true)] out ProviderCatalog? catalog, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        if (definitions.ContainsKey(definition.Id))
        {
            found.Add($"There is already a provider '{definition.Id}'.");
        }
        var rules = definition.Issuer;
        foreach (var address in rules.Exact.Concat(rules.Templates.Select(template => template.Pattern)))
        {
            if ((OwnerOf(address) ?? ReservedBy(HostOf(address))) is { } owner)
            {
                found.Add($"'{address}' is on a host reserved for provider '{owner.Id}'.");
            }
        }
        foreach (var host in rules.ReservedHosts)
        {
            if (definitions.Values.FirstOrDefault(other => other.Issuer.Overlaps(host)) is { } owner)
            {
                found.Add($"'{host}' is reserved for provider '{owner.Id}'.");
            }
        }
        problems = found;
        catalog = found.Count == 0 ? new ProviderCatalog(definitions.Add(definition.Id, definition)) : null;
        return catalog is not null;
    }

    /// <summary>Why an operator cannot bind this issuer to this provider, or null.</summary>
    public string? ProblemWithIssuer(ProviderDefinition definition, string issuer, bool allowLoopbackHttp)
    {
        if (IssuerUrl.Problem(issuer, allowLoopbackHttp) is { } problem)
        {
            return problem;
        }
        // Before the provider's own templates are asked: one of them could be wide enough to catch another's issuer.
        var reserving = ReservedBy(HostOf(issuer));
        if (reserving is not null && reserving.Id != definition.Id)
        {
            return $"'{issuer}' is on a host reserved for provider '{reserving.Id}'.";
        }
        if (definition.Issuer.Match(issuer) is not null)
        {
            return null;
        }
        if (OwnerOf(issuer) is { } owner)
        {
            return $"'{issuer}' is an issuer of provider '{owner.Id}', and reserved for it.";
        }
        if (reserving is not null)
        {
            return $"'{issuer}' is on a host reserved for provider '{definition.Id}' and is not one of its issuers.";
        }
        return definition.Issuer.Operator ? null : $"Provider '{definition.Id}' has no issuer '{issuer}'.";
    }

    private ProviderDefinition? OwnerOf(string issuer) => definitions.Values.FirstOrDefault(definition => definition.Issuer.Match(issuer) is not null);

    private ProviderDefinition? ReservedBy(string host) =>
        definitions.Values.FirstOrDefault(definition => definition.Issuer.Reserves(host));

    internal static string HostOf(string address)
    {
        var host = address[(address.IndexOf("//", StringComparison.Ordinal) + 2)..];
        var end = host.AsSpan().IndexOfAny(':', '/');
        return end < 0 ? host : host[..end];
    }

    private static ProviderCatalog ReadShipped()
    {
        var assembly = typeof(ProviderCatalog).Assembly;
        var definitions = ImmutableSortedDictionary.CreateBuilder<string, ProviderDefinition>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.Contains(".Definitions.", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var json = new byte[stream.Length];
            stream.ReadExactly(json);
            if (!ProviderDefinition.TryRead(json, out var definition, out var problems))
            {
                throw new InvalidOperationException($"{name}: {string.Join(' ', problems)}");
            }
            definitions.Add(definition.Id, definition);
        }
        return new ProviderCatalog(definitions.ToImmutable());
    }
}
