using Assay.Server.Packages;
using Assay.Trust.Bindings;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// What an exchange and the publish after it would come to. It reads, and that is all: it has nothing by which it could mint, learn ids, take a turn
/// of a token or note an attempt, and it works on claims of a kind that nothing else takes.
/// </summary>
internal sealed class Simulate(
    AssumeRun runs, TrustStore trust, FrozenExchanges frozen, WhereToLook where, IOptions<TrustedPublishingOptions> options, TimeProvider time)
{
    private const string DefaultTag = "latest";

    public async Task<(Simulation? Simulation, Denial? Denial)> RunAsync(SimulationRequest request, CancellationToken cancellationToken)
    {
        var (run, denial) = await runs.FromAsync(request, cancellationToken);
        if (run is null)
        {
            return (null, denial);
        }
        var simulation = new Simulation { Request = request, Run = run, Refusal = run.FirstRefusal };
        if (run.Claims is not { } claims)
        {
            return (simulation, null);
        }
        var policies = await trust.PoliciesAsync(request.Name, cancellationToken);
        if (request.Draft is { } document)
        {
            var (draft, problem) = Judge(document, request.Name, claims);
            if (draft is null)
            {
                return (null, problem);
            }
            policies = policies with { Policies = [.. policies.Policies, draft] };
        }
        return (await DecideAsync(simulation, policies, claims, cancellationToken), null);
    }

    private async Task<Simulation> DecideAsync(Simulation simulation, PolicySet policies, AssumedClaims claims, CancellationToken cancellationToken)
    {
        var request = simulation.Request;
        var question = new TrustQuestion(request.Name, request.Action, time.GetUtcNow(), options.Value.ToEvaluatorOptions());
        var explanation = PolicyEvaluator.Explain(question, policies, claims);
        var granted = explanation.Decision as Decision.Granted;
        var run = await frozen.RefuseAsync(claims, request.Action, cancellationToken);
        var name = granted is null ? null : await frozen.RefuseAsync(request.Name, request.Action, cancellationToken);
        var version = granted is null ? null : Version(granted.Policy, request, claims);
        return simulation with
        {
            Explanation = explanation,
            PassedOver = PassedOver.Of(question, policies, claims.Binding),
            Frozen = run ?? name,
            Version = version,
            Refusal = simulation.Refusal ?? run ?? Told(explanation.Decision, request.Name) ?? name ?? version,
        };
    }

    private Refusal? Told(Decision decision, NamePattern name) => decision is Decision.Refused refused ? where.With(refused.Refusal, name) : null;

    /// <summary>Written now, and in force at once.</summary>
    private (TrustPolicy? Draft, Denial? Denial) Judge(PolicyDocument document, NamePattern package, AssumedClaims claims)
    {
        var binding = document.Binding ?? (document.Effect is PolicyEffect.Allow ? claims.Binding.Id : null);
        var draft = document.ToDraft(document.Target ?? package, binding, document.Pins ?? new Dictionary<string, string>());
        var definition = binding is null ? null : claims.Definition;
        var (policy, denial) = ProposePolicy.Judge(definition, draft, "invalid-policy");
        return (policy?.WithLife(new PolicyLife(Simulation.DraftId, time.GetUtcNow())), denial);
    }

    private static Refusal? Version(TrustPolicy policy, SimulationRequest request, AssumedClaims claims) => request switch
    {
        { Version: { } version, Action: TrustActions.Publish or TrustActions.Stage } =>
            VersionRules.Check(policy, claims.Definition, name => claims[name], request.Package.Value, version, request.Tag ?? DefaultTag),
        { Tag: { } tag } => VersionRules.CheckTag(policy, tag),
        _ => null,
    };
}
