using System.Security.Cryptography;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Assay.Trust.Policies.Conditions;
using Assay.Trust.Providers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.TrustedPublishing.Fixtures;

/// <summary>A policy for the simulator's usual GitHub run, whose ids are known, on what npm cannot ask for. A test changes one thing.</summary>
internal sealed record TestPolicy(TrustActions Actions)
{
    public string Target { get; init; } = TrustWorld.Package;

    public PolicyEffect Effect { get; init; }

    public string Repository { get; init; } = "octo-org/octo-repo";

    /// <summary>Empty for the default of the provider.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    public PublishLimits Limits { get; init; } = PublishLimits.None;

    public bool IsPinned { get; init; } = true;

    /// <summary>Later than its making while a widening cools off.</summary>
    public TimeSpan StartsAfter { get; init; }

    public TimeSpan? EndsAfter { get; init; }

    public Condition? When { get; init; }

    /// <summary>For every run, or only for those of another repository.</summary>
    public static TestPolicy Deny(TrustActions actions, string target, string? repository = null) =>
        new(actions) { Effect = PolicyEffect.Deny, Target = target, Repository = repository ?? "" };

    public static PublishLimits LimitsOf(string? versions = null, string[]? tags = null, int? versionsPerRun = null, int? packagesPerRun = null)
    {
        Assert.True(PublishLimits.TryCreate(versions, tags ?? [], versionsPerRun, packagesPerRun, out var limits, out _));
        return limits;
    }

    /// <summary>Stores it as its owner's making would; answers its id.</summary>
    public async Task<string> AddToAsync(TrustWorld world)
    {
        var id = RandomNumberGenerator.GetHexString(24, lowercase: true);
        var definition = world.App.Services.GetRequiredService<ProviderCatalog>().Find("github")!;
        var creator = await world.App.ReadAsync(db => db.People.Where(person => person.IsAdministrator).Select(person => person.Id).FirstAsync());
        await world.App.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) =>
        {
            Assert.True(TrustPolicy.TryCreate(definition, Draft(), new PolicyLife(id, commit.Now), out var policy, out var problems), string.Join(" ", problems));
            commit.Db.TrustPolicies.Add(Row(policy, creator, commit.Now));
            commit.Changed(TrustStore.PoliciesChanged(Target));
            return Task.FromResult(true);
        }, CancellationToken.None);
        return id;
    }

    private PolicyDraft Draft()
    {
        Assert.True(NamePattern.TryParse(Target, out var target));
        Dictionary<string, IReadOnlyList<string>> fields = [];
        if (Repository.Length > 0)
        {
            fields["repository"] = [Repository];
        }
        if (Effect is PolicyEffect.Allow)
        {
            fields["workflow"] = ["publish.yml"];
        }
        if (Events.Count > 0)
        {
            fields["events"] = Events;
        }
        var hasPins = Effect is PolicyEffect.Allow && IsPinned;
        return new PolicyDraft
        {
            Effect = Effect,
            Target = target,
            BindingId = "github",
            Actions = Actions,
            Fields = fields,
            When = When,
            Limits = Limits,
            Pins = hasPins ? new Dictionary<string, string> { ["repository_id"] = "74", ["repository_owner_id"] = "65" } : [],
        };
    }

    private TrustPolicyRow Row(TrustPolicy policy, long creator, DateTimeOffset now) => new()
    {
        Id = policy.Id,
        Target = policy.Target.Text,
        Scope = policy.Target.Scope,
        IsPattern = !policy.Target.IsExact,
        Effect = Effect is PolicyEffect.Deny ? TrustPolicyRow.Deny : TrustPolicyRow.Allow,
        BindingId = policy.BindingId,
        ProviderId = policy.ProviderId,
        Actions = string.Join(',', policy.Actions.Names()),
        Rules = PolicyJson.Write(policy),
        ArmedAt = now,
        EffectiveAt = now + StartsAfter,
        EndsAt = now + EndsAfter,
        CreatedBy = creator,
        CreatedAt = now,
    };
}
