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
    public bool TryAdd(
        ProviderDefinition definition, [NotNullWhen(true)] out ProviderCatalog? catalog, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        if (definitions.ContainsKey(definition.Id))
        {
            found.Add($"There is already a provider '{definition.Id}'.");
        }
        foreach (var address in definition.Issuer.Exact.Concat(definition.Issuer.Templates.Select(template => template.Pattern)))
        {
            if (ReservedBy(HostOf(address)) is { } owner)
            {
                found.Add($"'{address}' is on a host reserved for provider '{owner.Id}'.");
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
        if (definition.Issuer.Match(issuer) is not null)
        {
            return null;
        }
        if (ReservedBy(HostOf(issuer)) is { } owner)
        {
            return $"'{issuer}' is on a host reserved for provider '{owner.Id}' and is not one of its issuers.";
        }
        return definition.Issuer.Operator ? null : $"Provider '{definition.Id}' has no issuer '{issuer}'.";
    }

    private ProviderDefinition? ReservedBy(string host) =>
        definitions.Values.FirstOrDefault(definition => definition.Issuer.Reserves(host));

    private static string HostOf(string address)
    {
        var host = address[(address.IndexOf("//", StringComparison.Ordinal) + 2)..];
        var end = host.AsSpan().IndexOfAny(':', '/');
        return end < 0 ? host : host[..end];
    }

    private static ProviderCatalog ReadShipped()
    {
        var assembly = typeof(ProviderCatalog).Assembly;
        var definitions = ImmutableSortedDictionary.CreateBuilder<string, ProviderDefinition>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".json", StringComparison.Ordinal)))
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
