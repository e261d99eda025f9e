using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Packages;
using Assay.Trust.Bindings;
using Assay.Trust.Linting;
using Assay.Trust.Policies;
using Assay.Trust.Providers;

namespace Assay.Server.TrustedPublishing;

/// <summary>What keeps a file from publishing under one policy.</summary>
internal sealed record LintResult(TrustPolicy Policy, IReadOnlyList<LintFinding> Findings);

/// <summary>Says why a workflow file would not publish a package, before it is run.</summary>
internal sealed class LintWorkflow(TrustStore trust, ProviderCatalog catalog, PublicUrl publicUrl)
{
    public async Task<(IReadOnlyList<LintResult> Results, Denial? Denial)> RunAsync(LintRequest request, CancellationToken cancellationToken)
    {
        var issuers = await trust.IssuersAsync(cancellationToken);
        var (policies, denial) = request.Draft is { } draft
            ? Judge(draft, request.Package, issuers)
            : await StoredAsync(request.Package, request.PolicyId, cancellationToken);
        return ([.. policies.Select(policy => new LintResult(policy, WorkflowLinter.Lint(request.File, Target(request.Package, policy, issuers))))], denial);
    }

    private async Task<(IReadOnlyList<TrustPolicy> Policies, Denial? Denial)> StoredAsync(PackageName package, string? id, CancellationToken cancellationToken)
    {
        var policies = (await trust.PoliciesAsync(package, cancellationToken)).Policies
            .Where(policy => policy.Effect is PolicyEffect.Allow && policy.Target.Matches(package.Value) && policy.Life.EndsAt is null)
            .Where(policy => id is null || policy.Id == id)
            .ToList();
        return policies.Count > 0
            ? (policies, null)
            : ([], new Denial(StatusCodes.Status404NotFound, "policy-not-found", id is null
                ? $"No trust policy speaks of {package}. Write one, or send a draft of it."
                : $"{package} has no trust policy {id} that allows something."));
    }

    private (IReadOnlyList<TrustPolicy> Policies, Denial? Denial) Judge(PolicyDocument document, PackageName package, IReadOnlyList<TrustedIssuer> issuers)
    {
        var definition = issuers.FirstOrDefault(known => known.Binding.Id == document.Binding)?.Definition ?? catalog.Find(document.Provider ?? "");
        var target = document.Target ?? (NamePattern.TryParse(package.Value, out var exact) ? exact : throw new System.Diagnostics.UnreachableException());
        // What it allows is what is asked about, so a binding that is not chosen yet does not matter.
        var draft = document.ToDraft(target, document.Binding ?? Simulation.DraftId, document.Pins ?? new Dictionary<string, string>());
        var (policy, denial) = ProposePolicy.Judge(definition, draft, "invalid-policy");
        return policy switch
        {
            null => ([], denial),
            { Effect: PolicyEffect.Allow } => ([policy.WithLife(new PolicyLife(Simulation.DraftId, DateTimeOffset.MinValue))], null),
            _ => ([], ProposePolicy.Bad(["A deny lets nothing be published."])),
        };
    }

    private LintTarget Target(PackageName package, TrustPolicy policy, IReadOnlyList<TrustedIssuer> issuers) => new()
    {
        Registry = publicUrl.Base,
        Package = package.Value,
        Provider = policy.ProviderId ?? "",
        Fields = policy.Fields,
        Actions = policy.Actions.Names(),
        Gate = policy.Gate switch { Gate.Proved => LintGate.Proved, Gate.Declared => LintGate.Declared, _ => LintGate.Any },
        Audience = issuers.FirstOrDefault(known => known.Binding.Id == policy.BindingId)?.Binding.Audience,
    };
}
