using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>A policy that was created, as npm shows it, with the sentence about its release gate.</summary>
internal sealed record CreatedPolicy(JsonObject Shown, string Notice);

/// <summary>Creates, lists and removes the trust policies of a package.</summary>
internal sealed class TrustConfigurations(
    TrustStore trust, ProviderCatalog catalog, RegistryDbSource source, CommitQueue commits, IOptions<TrustedPublishingOptions> options)
{
    public async Task<(CreatedPolicy? Created, Denial? Denial)> CreateAsync(
        PackageName package, JsonElement item, Caller.Member member, CancellationToken cancellationToken)
    {
        if (NpmTrustConfiguration.TypeOf(item) is not { } type || catalog.Find(type) is not { } definition)
        {
            return (null, Bad($"This registry knows the providers {string.Join(", ", catalog.Ids)}."));
        }
        // Asked again in the commit, where it counts; here it keeps the issuers and their names from those who may not trust.
        if (await MayTrustAsync(package, member, cancellationToken) is { } denial)
        {
            return (null, denial);
        }
        var (issuer, ambiguity) = await OnlyIssuerAsync(package, definition, cancellationToken);
        if (issuer is null)
        {
            return (null, ambiguity);
        }
        if (!NpmTrustConfiguration.TryRead(item, definition, package.Value, issuer.Binding.Id, out var draft, out var problems))
        {
            return (null, Bad(string.Join(" ", problems)));
        }
        return await commits.RunAsync(
            async (commit, stop) => await AddAsync(commit, package, definition, draft, member, stop), cancellationToken);
    }

    public async Task<(JsonArray? Policies, Denial? Denial)> ListAsync(
        PackageName package, RegistryDb db, Caller.Member member, CancellationToken cancellationToken)
    {
        var (row, denial) = await OwnedAsync(db, package, member, cancellationToken);
        if (row is null)
        {
            return (null, denial);
        }
        var policies = await trust.PoliciesAsync(package, cancellationToken);
        return (new JsonArray([.. policies.OrderBy(policy => policy.Id, StringComparer.Ordinal).Select(Shown)]), null);
    }

    /// <summary>Removing a policy kills the publish tokens minted under it.</summary>
    public Task<Denial?> RemoveAsync(PackageName package, string id, Caller.Member member, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            if (member.Token.IsReadOnly)
            {
                return ReadOnly();
            }
            var (row, denial) = await OwnedAsync(commit.Db, package, member, stop);
            if (row is null)
            {
                return denial;
            }
            var removed = await commit.Db.TrustPolicies.Where(policy => policy.Id == id && policy.PackageId == row.Id).ExecuteDeleteAsync(stop);
            if (removed == 0)
            {
                return new Denial(StatusCodes.Status404NotFound, "policy-not-found", $"{package} has no trust configuration {id}. See: npm trust list {package}");
            }
            commit.Changed(TrustStore.PoliciesChanged(package));
            commit.Record(member.Actor, "policy.removed", $"{package} {id}");
            return null;
        }, cancellationToken);

    public static async Task<(PackageRow? Package, Denial? Denial)> OwnedAsync(
        RegistryDb db, PackageName package, Caller.Member member, CancellationToken cancellationToken)
    {
        var row = await db.Packages.SingleOrDefaultAsync(found => found.Name == package.Value, cancellationToken);
        if (row is null)
        {
            return (null, new Denial(StatusCodes.Status404NotFound, "not-found", $"{package} is not in this registry, and nobody has reserved its name."));
        }
        var isOwner = member.IsAdministrator || (await PackageOwners.OfAsync(db, row.Id, cancellationToken)).Contains(member.PersonId);
        return isOwner
            ? (row, null)
            : (null, new Denial(StatusCodes.Status403Forbidden, "not-an-owner", $"Only owners of {package} and administrators see and change who may publish it."));
    }

    private async Task<(CreatedPolicy? Created, Denial? Denial)> AddAsync(
        Commit commit, PackageName package, ProviderDefinition definition, PolicyDraft draft, Caller.Member member, CancellationToken cancellationToken)
    {
        var id = RandomNumberGenerator.GetHexString(24, lowercase: true);
        if (!TrustPolicy.TryCreate(definition, draft, id, commit.Now, revision: 1, out var policy, out var problems))
        {
            return (null, Bad(string.Join(" ", problems)));
        }
        var existing = await commit.Db.Packages.SingleOrDefaultAsync(row => row.Name == package.Value, cancellationToken);
        if (await MayTrustAsync(commit.Db, package, existing, member, cancellationToken) is { } denial)
        {
            return (null, denial);
        }
        var rules = PolicyJson.Write(policy);
        var actions = string.Join(',', policy.Actions.Names());
        if (existing is not null && await HasSameAsync(commit.Db, existing, policy, cancellationToken))
        {
            return (null, new Denial(StatusCodes.Status409Conflict, "policy-exists", $"{package} already has this very trust configuration. See: npm trust list {package}"));
        }
        var packageId = existing?.Id ?? await ReserveAsync(commit, package, member, cancellationToken);
        commit.Db.TrustPolicies.Add(new TrustPolicyRow
        {
            Id = id,
            PackageId = packageId,
            BindingId = policy.BindingId,
            ProviderId = policy.ProviderId,
            Actions = actions,
            Rules = rules,
            ArmedAt = commit.Now,
            Revision = policy.Revision,
            CreatedBy = member.PersonId,
            CreatedAt = commit.Now,
        });
        commit.Changed(TrustStore.PoliciesChanged(package));
        commit.Record(member.Actor, "policy.created", $"{package} {id}", rules);
        return (new CreatedPolicy(Shown(policy), Describe(definition, policy)), null);
    }

    /// <summary>npm sends no issuer, so there must be exactly one that can be meant.</summary>
    private async Task<(TrustedIssuer? Issuer, Denial? Denial)> OnlyIssuerAsync(
        PackageName package, ProviderDefinition definition, CancellationToken cancellationToken)
    {
        var ofProvider = (await trust.IssuersAsync(cancellationToken)).Where(issuer => issuer.Definition.Id == definition.Id).ToList();
        var fitting = ofProvider.Where(issuer => issuer.Binding.MayPublish(package.Value)).ToList();
        if (fitting is [var only])
        {
            return (only, null);
        }
        var text = fitting.Count > 1
            ? $"Several trusted {definition.DisplayName} issuers may publish {package}: {string.Join(", ", fitting.Select(issuer => $"{issuer.Binding.Id} ({issuer.Binding.Issuer})"))}. npm cannot say which is meant; narrow their names so that one is left."
            : $"No trusted {definition.DisplayName} issuer may publish {package}. {Known(ofProvider)} The registry's operator trusts one with: ./run admin issuer add {definition.Id} --provider {definition.Id} --names '{package.Scope ?? package.Value}{(package.Scope is null ? "" : "/*")}'";
        return (null, new Denial(StatusCodes.Status400BadRequest, RefusalCodes.IssuerMayNotPublish, text) { Notice = Notices.WithCode(text, RefusalCodes.IssuerMayNotPublish) });
    }

    private static string Known(List<TrustedIssuer> issuers) => issuers.Count == 0
        ? "None is configured."
        : $"Configured: {string.Join(", ", issuers.Select(issuer => $"{issuer.Binding.Id} for {string.Join(' ', issuer.Binding.Names)}"))}.";

    private async Task<Denial?> MayTrustAsync(PackageName package, Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var existing = await db.Packages.SingleOrDefaultAsync(row => row.Name == package.Value, cancellationToken);
        return await MayTrustAsync(db, package, existing, member, cancellationToken);
    }

    private static async Task<Denial?> MayTrustAsync(
        RegistryDb db, PackageName package, PackageRow? existing, Caller.Member member, CancellationToken cancellationToken)
    {
        if (member.Token.IsReadOnly)
        {
            return ReadOnly();
        }
        if (existing is not null)
        {
            return PackageRules.MayChange(member, existing, await PackageOwners.OfAsync(db, existing.Id, cancellationToken));
        }
        if (package.NewPackageProblems is [var problem, ..])
        {
            return Bad($"A new package cannot be named {package}: {problem}");
        }
        return member.IsAdministrator
            ? null
            : new Denial(StatusCodes.Status403Forbidden, "name-not-owned", $"{package} does not exist yet. An administrator can say who may publish its first version, or publish it once yourself and it is yours.");
    }

    /// <summary>Ids learned since make no other policy: an unpinned copy would let the name alone decide once more.</summary>
    private async Task<bool> HasSameAsync(RegistryDb db, PackageRow package, TrustPolicy policy, CancellationToken cancellationToken)
    {
        var rows = await db.TrustPolicies.Where(row => row.PackageId == package.Id && row.BindingId == policy.BindingId).ToListAsync(cancellationToken);
        return rows.Select(row => trust.Read(row, package.Name)).OfType<TrustPolicy>().Any(existing =>
            existing.Actions == policy.Actions
            && policy.Pins.All(pin => existing.Pins.GetValueOrDefault(pin.Key) == pin.Value)
            && PolicyJson.Write(existing) == PolicyJson.Write(policy.WithPins(existing.Pins)));
    }

    private static async Task<long> ReserveAsync(Commit commit, PackageName package, Caller.Member member, CancellationToken cancellationToken)
    {
        var row = new PackageRow { Name = package.Value, Access = PackageRules.Members, CreatedAt = commit.Now, ModifiedAt = commit.Now };
        commit.Db.Packages.Add(row);
        await commit.Db.SaveChangesAsync(cancellationToken);
        commit.Db.PackageOwners.Add(new PackageOwnerRow { PackageId = row.Id, PersonId = member.PersonId });
        commit.Changed(PackageDocuments.ChangeKey(package));
        commit.Record(member.Actor, "name.reserved", package.Value);
        return row.Id;
    }

    private JsonObject Shown(TrustPolicy policy) => NpmTrustConfiguration.Format(catalog.Find(policy.ProviderId)!, policy);

    private string Describe(ProviderDefinition definition, TrustPolicy policy)
    {
        var pins = policy.IsPinned(definition)
            ? ""
            : $" The project's ids are learned at its first publish, which must come within {options.Value.UnpinnedDays} days.";
        return Notice.From(Gate.Describe(definition, policy) + pins);
    }

    private static Denial Bad(string text) =>
        new(StatusCodes.Status400BadRequest, "invalid-trust-configuration", text) { Notice = Notices.WithCode(text, "invalid-trust-configuration") };

    private static Denial ReadOnly() => new(StatusCodes.Status403Forbidden, "read-only-token", "This access token may only read. Use one that may write.");
}
