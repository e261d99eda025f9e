using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.People;
using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>A policy that was created, as npm shows it, with the sentence about its release gate.</summary>
internal sealed record CreatedPolicy(JsonObject Shown, string Notice);

/// <summary>The trust policies of a package in the words of <c>npm trust</c>.</summary>
internal sealed class TrustConfigurations(
    ProviderCatalog catalog, RegistryDbSource source, ChooseBinding bindings, CreatePolicy create, EndPolicy end, PolicyListing listing, PublicUrl url)
{
    private const string Invalid = "invalid-trust-configuration";

    public async Task<(CreatedPolicy? Created, Denial? Denial)> CreateAsync(
        PackageName package, JsonElement item, Caller.Member member, CancellationToken cancellationToken)
    {
        if (NpmTrustConfiguration.TypeOf(item) is not { } type || catalog.Find(type) is not { } definition)
        {
            return (null, ProposePolicy.Bad([$"This registry knows the providers {string.Join(", ", catalog.Ids)}."], Invalid));
        }
        var target = PolicyRows.Exactly(package);
        var writer = PolicyWriter.Of(member);
        await using (var db = source.Open())
        {
            // Asked again in the commit, where it counts; here it keeps the issuers and their names from those who may not trust.
            if (await PolicyRights.MayWriteAsync(db, target, PolicyEffect.Allow, writer, cancellationToken) is { } denial)
            {
                return (null, denial);
            }
        }
        var (binding, ambiguity) = await bindings.OnlyAsync(definition, target, cancellationToken);
        if (binding is null)
        {
            return (null, ambiguity);
        }
        if (!NpmTrustConfiguration.TryRead(item, definition, target, binding.Id!, out var draft, out var problems))
        {
            return (null, ProposePolicy.Bad(problems, Invalid));
        }
        var (wanted, problem) = ProposePolicy.Judge(definition, draft, Invalid);
        if (wanted is null)
        {
            return (null, problem);
        }
        var (written, refusal) = await create.RunAsync(wanted, note: "", writer, cancellationToken);
        return written is null
            ? (null, refusal)
            : (new CreatedPolicy(NpmTrustConfiguration.Format(definition, written.Policy), written.Notice), null);
    }

    /// <summary>Every policy of the package, and the wider ones that count for it, marked by what they speak of.</summary>
    public async Task<(JsonArray? Policies, Denial? Denial)> ListAsync(
        PackageName package, RegistryDb db, Caller.Member member, CancellationToken cancellationToken)
    {
        var (row, denial) = await OwnedAsync(db, package, member, cancellationToken);
        if (row is null)
        {
            return (null, denial);
        }
        var covering = await listing.CoveringAsync(db, package, cancellationToken);
        return (new JsonArray([.. covering.Where(policy => !policy.View.Row.IsPattern || policy.Counts).Select(policy => Shown(policy.View))]), null);
    }

    /// <summary>What reaches beyond the package is never ended from here.</summary>
    public async Task<(string? Notice, Denial? Denial)> RemoveAsync(
        PackageName package, string id, Caller.Member member, CancellationToken cancellationToken)
    {
        await using (var db = source.Open())
        {
            if (await MayRemoveAsync(db, package, id, member, cancellationToken) is { } denial)
            {
                return (null, denial);
            }
        }
        return await end.RunAsync(id, PolicyWriter.Of(member), cancellationToken);
    }

    /// <summary>To see who may publish it, and what was tried. Changes ask again, in their own commits.</summary>
    public static Task<(PackageRow? Package, Denial? Denial)> OwnedAsync(
        RegistryDb db, PackageName package, Caller.Member member, CancellationToken cancellationToken) =>
        PackageRights.FindToSeeAsync(db, package, member, PackageRole.Admin, cancellationToken);

    private async Task<Denial?> MayRemoveAsync(
        RegistryDb db, PackageName package, string id, Caller.Member member, CancellationToken cancellationToken)
    {
        var (row, denial) = await OwnedAsync(db, package, member, cancellationToken);
        if (row is null)
        {
            return denial;
        }
        var policy = await db.TrustPolicies.SingleOrDefaultAsync(found => found.Id == id, cancellationToken);
        if (policy is not null && policy.IsPattern && PolicyRows.TargetOf(policy).Matches(package.Value))
        {
            return new Denial(StatusCodes.Status403Forbidden, "wider-policy",
                $"Policy {id} is one of {policy.Target} and counts for more than {package}. Administrators see and end it at {url.At($"-/assay/v1/policies/{id}")}");
        }
        return policy is null || policy.Target != package.Value || policy.EndsAt is { } end && end != PolicyLife.Unknown && policy.Effect == TrustPolicyRow.Allow
            ? new Denial(StatusCodes.Status404NotFound, "policy-not-found", $"{package} has no trust configuration {id}. See: npm trust list {package}")
            : null;
    }

    /// <summary>
    /// npm prints the claims of the types it knows; a type that it does not know is printed as it is, so that nobody takes a wider policy or a
    /// deny for one that lets the package be published.
    /// </summary>
    private JsonObject Shown(PolicyView view)
    {
        var row = view.Row;
        var definition = catalog.Find(row.ProviderId ?? "");
        var json = view.Policy is { } policy && definition is not null
            ? NpmTrustConfiguration.Format(definition, policy)
            : new JsonObject { ["id"] = row.Id, ["claims"] = new JsonObject(), ["permissions"] = Texts(row.Actions.Split(',')) };
        var kind = row.Effect == TrustPolicyRow.Deny ? "deny" : row.ProviderId;
        json["type"] = row.IsPattern ? $"{kind} for {row.Target}" : kind;
        json["assay"] = new JsonObject
        {
            ["target"] = row.Target,
            ["effect"] = row.Effect,
            ["provider"] = row.ProviderId,
            ["binding"] = row.BindingId,
            ["fields"] = view.Policy is null ? null : PolicyDocument.Write(view.Policy, row.Note)["fields"]!.DeepClone(),
            ["gate"] = view.Gate.Length == 0 ? null : view.Gate,
            ["state"] = PolicyAnswers.StateOf(view),
            ["life"] = PolicyAnswers.Life(view),
        };
        return json;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
