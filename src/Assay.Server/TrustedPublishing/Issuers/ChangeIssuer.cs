using System.Text.Json.Nodes;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Providers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Assay.Server.TrustedPublishing;

/// <summary>Changes and switches trusted issuers. Each holds for the very next request, is audited, and says in a sentence what was done.</summary>
internal sealed class ChangeIssuer(CommitQueue commits, ProviderCatalog catalog)
{
    /// <summary>Fewer names end the tokens for the others at once.</summary>
    public Task<(string? Done, Denial? Denial)> EditAsync(string id, JsonObject body, Actor actor, CancellationToken cancellationToken) =>
        commits.OnIssuerAsync(id, async (commit, row, stop) =>
        {
            var entry = commit.Db.Entry(row);
            var (edited, problem) = IssuerForm.Edit((IssuerBindingRow)entry.CurrentValues.ToObject(), body, catalog);
            if (edited is null)
            {
                return (null, IssuerDenials.Invalid(problem!));
            }
            entry.CurrentValues.SetValues(edited);
            if (entry.State is EntityState.Unchanged)
            {
                return ($"{id} is so already.", null);
            }
            commit.Record(actor, "issuer.changed", id, Describe(entry));
            var revoked = await RevokeTokens.OutsideAsync(commit, id, TrustedIssuer.From(edited, catalog).Issuer!.Binding.Names, stop);
            return ($"{id} is changed.{RevokeTokens.Told(revoked)}", null);
        }, cancellationToken);

    public Task<(string? Done, Denial? Denial)> DisableAsync(string id, Actor actor, CancellationToken cancellationToken) =>
        commits.OnIssuerAsync(id, async (commit, row, stop) =>
        {
            var revoked = await RevokeTokens.OfBindingAsync(commit, id, stop);
            if (row.EnabledIssuer is not null)
            {
                row.EnabledIssuer = null;
                row.DisabledAt = commit.Now;
                commit.Record(actor, "issuer.disabled", id, row.Issuer);
            }
            return ($"{id} is disabled: tokens of {row.Issuer} get nothing from now on.{RevokeTokens.Told(revoked)}", null);
        }, cancellationToken);

    public Task<(string? Done, Denial? Denial)> EnableAsync(string id, Actor actor, CancellationToken cancellationToken) =>
        commits.OnIssuerAsync(id, async (commit, row, stop) =>
        {
            if (row.EnabledIssuer is not null)
            {
                return ($"{id} is enabled already.", null);
            }
            if (await IssuerDenials.TrustedAlreadyAsync(commit.Db, row, stop) is { } denial)
            {
                return (null, denial);
            }
            row.EnabledIssuer = row.Issuer;
            row.DisabledAt = null;
            commit.Record(actor, "issuer.enabled", id, row.Issuer);
            return ($"{id} is enabled: tokens of {row.Issuer} are trusted again.", null);
        }, cancellationToken);

    /// <summary>Accepts the provider's definition as it is now. What was granted under the earlier one ends.</summary>
    public Task<(string? Done, Denial? Denial)> AcceptAsync(string id, Actor actor, CancellationToken cancellationToken) =>
        commits.OnIssuerAsync(id, async (commit, row, stop) =>
        {
            if (catalog.Find(row.ProviderId) is not { } definition)
            {
                return (null, IssuerDenials.Suspended(TrustedIssuer.From(row, catalog).Problem!));
            }
            var pin = DefinitionPin.Of(definition);
            if (row.DefinitionDigest == pin)
            {
                return ($"The definition of provider '{definition.Id}' is accepted for {id} already.", null);
            }
            commit.Record(actor, "issuer.definition-accepted", id, $"{definition.Id}, revision {definition.Revision}, SHA-256 {definition.Digest}");
            row.DefinitionDigest = pin;
            var revoked = RevokeTokens.Told(await RevokeTokens.OfBindingAsync(commit, id, stop));
            return ($"The definition of provider '{definition.Id}' (revision {definition.Revision}) is accepted for {id}.{revoked}", null);
        }, cancellationToken);

    private static string Describe(EntityEntry<IssuerBindingRow> entry) => string.Join("; ", entry.Properties
        .Where(property => property.IsModified)
        .Select(property => property.Metadata.Name == nameof(IssuerBindingRow.Jwks)
            ? $"keys: {(property.CurrentValue is null ? "by discovery" : "uploaded")}"
            : $"{property.Metadata.Name}: from '{OneLine(property.OriginalValue)}' to '{OneLine(property.CurrentValue)}'"));

    private static string OneLine(object? value) => $"{value}".Replace('\n', ' ');
}
