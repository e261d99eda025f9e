using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Packages;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>The issuer binding that a policy is to name.</summary>
internal sealed class ChooseBinding(TrustStore trust, ProviderCatalog catalog, RegistryDbSource source, PublicUrl url)
{
    /// <summary>By a binding's id, by a provider with one binding, or for a deny by neither, which means every issuer.</summary>
    public async Task<(ChosenBinding? Binding, Denial? Denial)> ForAsync(
        PolicyDocument document, NamePattern target, CancellationToken cancellationToken)
    {
        if (document is { Binding: null, Provider: null })
        {
            return document.Effect is PolicyEffect.Deny
                ? (ChosenBinding.EveryIssuer, null)
                : (null, Bad("A policy names the 'binding' whose runs it trusts, or a 'provider' that has exactly one."));
        }
        if (document.Provider is { } provider && catalog.Find(provider) is null)
        {
            return (null, Bad($"This registry knows the providers {string.Join(", ", catalog.Ids)}."));
        }
        if (document.Binding is not { } id)
        {
            return document.Effect is PolicyEffect.Deny
                ? await OnlyOfAsync(document.Provider!, cancellationToken)
                : await OnlyAsync(catalog.Find(document.Provider!)!, target, cancellationToken);
        }
        var (named, denial) = document.Effect is PolicyEffect.Deny
            ? await StoredAsync(id, cancellationToken)
            : await EnabledAsync(id, target, cancellationToken);
        return named is null || document.Provider is null || named.Definition!.Id == document.Provider
            ? (named, denial)
            : (null, Bad($"Binding '{id}' is one of provider '{named.Definition.Id}', not of '{document.Provider}'."));
    }

    /// <summary>When nobody said which, there must be exactly one that can be meant.</summary>
    public async Task<(ChosenBinding? Binding, Denial? Denial)> OnlyAsync(
        ProviderDefinition definition, NamePattern target, CancellationToken cancellationToken)
    {
        var ofProvider = (await trust.IssuersAsync(cancellationToken)).Where(issuer => issuer.Definition.Id == definition.Id).ToList();
        var fitting = ofProvider.Where(issuer => MayPublish(issuer, target)).ToList();
        if (fitting is [var only])
        {
            return (new ChosenBinding(only.Binding.Id, only.Definition), null);
        }
        var text = fitting.Count > 1
            ? $"Several trusted {definition.DisplayName} issuers may publish {target}: "
                + $"{string.Join(", ", fitting.Select(issuer => $"{issuer.Binding.Id} ({issuer.Binding.Issuer})"))}. npm cannot say which is meant: "
                + $"name one as \"binding\" in a policy at {url.At("-/assay/v1/policies")}, or narrow their names so that one is left."
            : $"No trusted {definition.DisplayName} issuer may publish {target}. {Known(ofProvider)} The registry's operator trusts one with: "
                + $"./run admin issuer add {definition.Id} --provider {definition.Id} --names '{(target.Scope.Length > 1 ? target.Scope + "/*" : target.Text)}'";
        return (null, MayNotPublish(text));
    }

    private async Task<(ChosenBinding? Binding, Denial? Denial)> EnabledAsync(string id, NamePattern target, CancellationToken cancellationToken)
    {
        var issuers = await trust.IssuersAsync(cancellationToken);
        if (issuers.FirstOrDefault(issuer => issuer.Binding.Id == id) is not { } named)
        {
            return (null, MayNotPublish($"There is no enabled issuer binding '{id}'."));
        }
        return MayPublish(named, target)
            ? (new ChosenBinding(id, named.Definition), null)
            : (null, MayNotPublish($"Issuer binding {id} may not publish {target}, only {string.Join(' ', named.Binding.Names)}. The registry's operator can widen its names."));
    }

    /// <summary>What a deny speaks of is not bounded by what the issuer may publish.</summary>
    private async Task<(ChosenBinding? Binding, Denial? Denial)> OnlyOfAsync(string provider, CancellationToken cancellationToken)
    {
        var ofProvider = (await trust.IssuersAsync(cancellationToken)).Where(issuer => issuer.Definition.Id == provider).ToList();
        return ofProvider is [var only]
            ? (new ChosenBinding(only.Binding.Id, only.Definition), null)
            : (null, Bad($"Name the 'binding': provider '{provider}' has {ofProvider.Count} enabled ones."));
    }

    /// <summary>A deny is no less needed while its issuer is switched off.</summary>
    private async Task<(ChosenBinding? Binding, Denial? Denial)> StoredAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var provider = await db.IssuerBindings.Where(row => row.Id == id && row.RemovedAt == null).Select(row => row.ProviderId).SingleOrDefaultAsync(cancellationToken);
        return provider is not null && catalog.Find(provider) is { } definition
            ? (new ChosenBinding(id, definition), null)
            : (null, MayNotPublish($"There is no issuer binding '{id}'."));
    }

    private static bool MayPublish(TrustedIssuer issuer, NamePattern target) => issuer.Binding.Names.Any(names => names.Covers(target));

    private static string Known(List<TrustedIssuer> issuers) => issuers.Count == 0
        ? "None is configured."
        : $"Configured: {string.Join(", ", issuers.Select(issuer => $"{issuer.Binding.Id} for {string.Join(' ', issuer.Binding.Names)}"))}.";

    private static Denial MayNotPublish(string text) =>
        new(StatusCodes.Status400BadRequest, RefusalCodes.IssuerMayNotPublish, text) { Notice = Notices.WithCode(text, RefusalCodes.IssuerMayNotPublish) };

    private static Denial Bad(string text) => ProposePolicy.Bad([text]);
}

internal sealed record ChosenBinding(string? Id, ProviderDefinition? Definition)
{
    public static ChosenBinding EveryIssuer { get; } = new(null, null);
}
