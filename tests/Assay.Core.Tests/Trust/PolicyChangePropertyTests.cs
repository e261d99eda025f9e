using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Policies.Conditions;
using Assay.Trust.Providers;
using Assay.Trust.Tokens;
using CsCheck;

namespace Assay.Core.Tests.Trust;

/// <summary>
/// What <see cref="PolicyChange"/> calls no widening lets no run do anything new: for policies that are made of the same few parts, so that one
/// is often within another, and runs of the same few values.
/// </summary>
public sealed class PolicyChangePropertyTests
{
    private static readonly Fixture GitHub = Fixture.GitHub();
    private static readonly Fixture GitLab = Fixture.GitLab();
    private static readonly string[] Packages = ["@acme/x", "@acme/xy"];
    private static readonly string[] Versions = ["1.0.0", "2.0.0"];
    private static readonly string[] Tags = ["latest", "next"];
    private static readonly TrustActions[] Wishes = [TrustActions.Publish, TrustActions.Stage, TrustActions.Unpublish, TrustActions.Read];

    private static readonly Gen<Condition?> Whens = Gen.Select(
        Pick("environment", "runner_environment"), Pick("release", "self-hosted"), Gen.Int[0, 4],
        (claim, value, shape) =>
        {
            Condition compare = new Condition.Compare(new ValueReference(ValueSource.Claim, claim), ConditionOperator.In, [value]);
            Condition other = new Condition.Compare(new ValueReference(ValueSource.Claim, "runner_environment"), ConditionOperator.In, ["self-hosted"]);
            return shape switch
            {
                0 => compare,
                1 => new Condition.Not(compare),
                2 => new Condition.All([compare, other]),
                3 => new Condition.Any([compare, other]),
                _ => null,
            };
        });

    private static readonly Gen<PublishLimits> Limits = Gen.Select(
        Pick<string?>(null, "^1", "^2"), Pick<string[]>([], ["next"], ["next", "latest"]), Pick<int?>(null, 1, 2),
        (versions, tags, most) => PublishLimits.TryCreate(versions, tags, most, null, out var limits, out _) ? limits : throw new InvalidOperationException());

    private static readonly Gen<Action<Draft>> Parts = Gen.OneOf(
        Pick<string?>("release", "staging", null).Select(value => new Action<Draft>(draft => draft.Field("environment", value is null ? [] : [value]))),
        Pick<string[]>([], ["github-hosted"], ["github-hosted", "self-hosted"]).Select(values => new Action<Draft>(draft => draft.Field("runner", values))),
        Pick<string[]>([], ["refs/tags/v*"], ["refs/tags/v{version}"], ["refs/tags/v{version}", "refs/tags/v*"])
            .Select(values => new Action<Draft>(draft => draft.Field("ref", values))),
        Pick<string[]>(["push"], ["push", "schedule"]).Select(values => new Action<Draft>(draft => draft.Field("events", values))),
        Pick("octo-org/octo-repo", "octo-org/new-name").Select(value => new Action<Draft>(draft => draft.Field("repository", [value]))),
        Gen.Int[0, 3].Select(ids => new Action<Draft>(draft => draft.Pin(ids))),
        Pick<Gate?>(new Gate.Proved(), new Gate.Any(), null).Select(gate => new Action<Draft>(draft => draft.Gate = gate)),
        Pick(TrustActions.Stage, TrustActions.Stage | TrustActions.Read, TrustActions.Publish, TrustActions.Publish | TrustActions.Unpublish)
            .Select(actions => new Action<Draft>(draft => draft.Actions = actions)),
        Pick("@acme/x", "@acme/x*", "@acme/*").Select(target => new Action<Draft>(draft => draft.Target = target)),
        Whens.Select(when => new Action<Draft>(draft => draft.When = when)),
        Limits.Select(limits => new Action<Draft>(draft => draft.Limits = limits)));

    private static readonly Gen<(Draft From, Draft To)> Changes = Gen.Select(Parts.Array[0, 4], Parts.Array[0, 2], (before, changes) =>
    {
        var from = new Draft();
        Array.ForEach(before, part => part(from));
        var to = from.Copy();
        Array.ForEach(changes, part => part(to));
        return (from, to);
    });

    private static readonly Gen<Fixture> Runs = Gen.Select(
        Pick<string?>("release", "staging", null), Pick<string?>("true", "false", null), Pick("refs/tags/v1.0.0", "refs/tags/v2.0.0"),
        Pick("push", "schedule"), Pick("github-hosted", "self-hosted"), Pick("74", "990074"), Pick("octo-org/octo-repo", "octo-org/new-name"),
        (environment, isProtected, gitRef, name, runner, id, repository) => At(gitRef, repository).With("environment", environment)
            .With("ref_protected", isProtected).With("event_name", name).With("runner_environment", runner).With("repository_id", id));

    [Fact]
    public void What_does_not_widen_grants_no_run_anything_new()
    {
        var narrower = 0;
        var grants = 0;

        Gen.Select(Changes, Runs).Sample((change, run) =>
        {
            if (change.From.Policy(GitHub) is not { } from || change.To.Policy(GitHub) is not { } to || PolicyChange.Widens(from, to, GitHub.Definition))
            {
                return true;
            }
            Interlocked.Increment(ref narrower);
            var claims = run.Claims();
            var before = Granted(from, claims);
            var after = Granted(to, claims);
            Interlocked.Add(ref grants, after.Count);
            return after.IsSubsetOf(before);
        }, iter: 4000);

        // Otherwise the property would hold for want of cases.
        Assert.InRange(narrower, 500, int.MaxValue);
        Assert.InRange(grants, 100, int.MaxValue);
    }

    [Fact]
    public void A_deny_that_does_not_widen_averts_no_run_less() =>
        Gen.Select(Changes, Runs).Sample((change, run) =>
        {
            if (change.From.Deny(GitHub) is not { } from || change.To.Deny(GitHub) is not { } to || PolicyChange.Widens(from, to, GitHub.Definition))
            {
                return true;
            }
            var claims = run.Claims();
            return Wishes.All(wanted => Packages.All(package => !Denies(from, claims, wanted, package) || Denies(to, claims, wanted, package)));
        }, iter: 3000);

    // GitLab has a gate with alternatives: naming an environment adds one.
    [Fact]
    public void A_gate_with_more_ways_to_be_met_is_a_widening() =>
        Gen.Select(Pick<string?>("production", null), Pick<string?>("production", null), Pick("true", "false"), Pick<string?>("true", "false", null))
            .Sample((before, after, isProtected, isEnvironmentProtected) =>
            {
                var run = GitLab.With("environment", "production").With("ref_protected", isProtected).With("environment_protected", isEnvironmentProtected);
                var from = (before is null ? GitLab : GitLab.WithField("environment", before)).Policy();
                var to = (after is null ? GitLab : GitLab.WithField("environment", after)).Policy();
                return PolicyChange.Widens(from, to, GitLab.Definition)
                    || run.Decide([to]) is Decision.Refused || run.Decide([from]) is Decision.Granted;
            }, iter: 300);

    /// <summary>Everything that the policy lets a run do, down to version and tag.</summary>
    private static HashSet<string> Granted(TrustPolicy policy, VerifiedClaims claims)
    {
        HashSet<string> granted = [];
        foreach (var (wanted, package) in Wishes.SelectMany(wanted => Packages.Select(package => (wanted, package))))
        {
            var question = new TrustQuestion(Fixture.Pattern(package), wanted, GitHub.Now, EvaluatorOptions.Default);
            if (PolicyEvaluator.Evaluate(question, new PolicySet([policy]), claims) is not Decision.Granted decision)
            {
                continue;
            }
            var allowed =
                from version in Versions
                from tag in Tags
                where VersionRules.Check(policy, claims.Definition, name => claims[name], package, version, tag) is null
                // A wish to publish that is answered with a stage is granted less than one that is answered with a publish.
                from action in decision.Actions is TrustActions.Publish ? new[] { TrustActions.Publish, TrustActions.Stage } : [decision.Actions]
                select $"{wanted} {action} {package}@{version} {tag}";
            granted.UnionWith(allowed);
        }
        return granted;
    }

    private static bool Denies(TrustPolicy deny, VerifiedClaims claims, TrustActions wanted, string package)
    {
        var question = new TrustQuestion(Fixture.Pattern(package), wanted, GitHub.Now, EvaluatorOptions.Default);
        return PolicyEvaluator.Evaluate(question, new PolicySet([deny]), claims) is Decision.Refused { Trials: [.., { Denies: true }] };
    }

    /// <summary>A run at another ref of a repository that may have another name: what names them changes with them.</summary>
    private static Fixture At(string gitRef, string repository) => GitHub.With("ref", gitRef).With("repository", repository)
        .With("workflow_ref", $"{repository}/.github/workflows/publish.yml@{gitRef}")
        .With("job_workflow_ref", $"{repository}/.github/workflows/publish.yml@{gitRef}")
        .With("sub", $"repo:{repository}:ref:{gitRef}");

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private sealed class Draft
    {
        private Dictionary<string, IReadOnlyList<string>> fields = new(GitHub.Draft.Fields);
        private IReadOnlyDictionary<string, string> pins = GitHub.Draft.Pins;

        public string Target { get; set; } = "@acme/x*";

        public TrustActions Actions { get; set; } = TrustActions.Stage;

        public Gate? Gate { get; set; } = new Gate.Proved();

        public Condition? When { get; set; }

        public PublishLimits Limits { get; set; } = PublishLimits.None;

        public Draft Copy()
        {
            var copy = (Draft)MemberwiseClone();
            copy.fields = new(fields);
            return copy;
        }

        public void Field(string name, string[] values) => fields[name] = values;

        public void Pin(int count) => pins = GitHub.Draft.Pins.OrderBy(pin => pin.Key, StringComparer.Ordinal).Take(count).ToDictionary();

        /// <summary>Null where the parts do not fit together.</summary>
        public TrustPolicy? Policy(Fixture fixture) => Create(fixture, new PolicyDraft
        {
            Target = Fixture.Pattern(Target),
            BindingId = fixture.Binding.Id,
            Actions = Actions,
            Fields = fields,
            When = When,
            Gate = Gate,
            Limits = Limits,
            Pins = pins,
        });

        public TrustPolicy? Deny(Fixture fixture) => Create(fixture, new PolicyDraft
        {
            Effect = PolicyEffect.Deny,
            Target = Fixture.Pattern(Target),
            BindingId = fixture.Binding.Id,
            Actions = Actions,
            Fields = fields,
            When = When,
        });

        private static TrustPolicy? Create(Fixture fixture, PolicyDraft draft) =>
            TrustPolicy.TryCreate(fixture.Definition, draft, new PolicyLife("p", fixture.Now.AddDays(-1)), out var policy, out _) ? policy : null;
    }
}
