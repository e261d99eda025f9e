using Assay.Server.Data;
using Assay.Server.Packages;
using Assay.Trust.Bindings;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>What would come of a policy if it were written now.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Definition">Of its provider; null for a deny of every issuer.</param>
internal sealed record PolicyPreview(TrustPolicy Policy, ProviderDefinition? Definition)
{
    /// <summary>What is weak about it, before anything runs under it.</summary>
    public IReadOnlyList<HygieneFinding> Warnings { get; init; } = [];

    /// <summary>When it would take effect; null at once.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The package or scope that demands a second person for it; null for none.</summary>
    public string? SecondOwnerDemandedBy { get; init; }

    /// <summary>How long it may take to learn its ids.</summary>
    public int UnpinnedDays { get; init; }
}

/// <summary>Judges a policy as writing it would, and writes nothing.</summary>
internal sealed class PreviewPolicy(RegistryDbSource source, TrustStore trust, ProposePolicy propose, IOptions<TrustedPublishingOptions> options, TimeProvider time)
{
    public async Task<(PolicyPreview? Preview, Denial? Denial)> RunAsync(
        PolicyDocument document, NamePattern target, string? replaces, PolicyWriter writer, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        if (await PolicyRights.MayWriteAsync(db, target, document.Effect, writer, cancellationToken) is { } denial)
        {
            return (null, denial);
        }
        var (policy, problem) = await propose.RunAsync(document, target, cancellationToken);
        if (policy is null)
        {
            return (null, problem);
        }
        var definition = trust.DefinitionOf(policy);
        var replaced = replaces is null ? null : await PolicyRows.FindAsync(db, replaces, cancellationToken);
        var before = replaced is not null && await PolicyRights.MaySeeAsync(db, replaced, writer, cancellationToken) ? trust.Read(replaced) : null;
        var widens = PolicyChange.Widens(before, policy, definition);
        var now = time.GetUtcNow();
        var demanding = widens ? await SecondOwners.DemandingAsync(db, before is null ? [target] : [target, before.Target], now, cancellationToken) : null;
        return (new PolicyPreview(policy, definition)
        {
            Warnings = [.. PolicyHygiene.Findings(policy.WithLife(new PolicyLife("", now)), definition, PolicyFacts.None, now, options.Value.ToEvaluatorOptions())
                .Where(finding => finding.Code is PolicyHygiene.NamesOnly or PolicyHygiene.GateDeclared or PolicyHygiene.GateAny)],
            From = PolicyRows.From(now, widens, options.Value) is var from && from > now ? from : null,
            SecondOwnerDemandedBy = demanding,
            UnpinnedDays = options.Value.UnpinnedDays,
        }, null);
    }
}
