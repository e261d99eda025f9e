using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>What shall be done, by the digest of its preview, and whether the selected project or issuer is frozen as well.</summary>
internal sealed record WantedIncident(JsonNode? Selection, string Reason, string Preview, bool AlsoFreeze);

internal abstract record Declaration
{
    private Declaration()
    {
    }

    internal sealed record Declared(string Id, AddedFreeze? Freeze) : Declaration;

    /// <summary>It would do something else now than was previewed, so nothing was done.</summary>
    internal sealed record Stale : Declaration;

    internal sealed record Refused(Denial Denial) : Declaration;
}

/// <summary>Revokes and quarantines, in one commit, all that was previewed: that and nothing else.</summary>
internal sealed class DeclareIncident(CommitQueue commits)
{
    public Task<Declaration> RunAsync(WantedIncident wanted, Responder responder, CancellationToken cancellationToken) =>
        commits.RunAsync((commit, stop) => DeclareAsync(commit, wanted, responder, stop), cancellationToken);

    private static async Task<Declaration> DeclareAsync(Commit commit, WantedIncident wanted, Responder responder, CancellationToken cancellationToken)
    {
        var (selection, denial) = await IncidentRights.SelectAsync(commit.Db, wanted.Selection, responder, cancellationToken);
        if (selection is null)
        {
            return new Declaration.Refused(denial!);
        }
        var set = await IncidentSet.ReadAsync(commit.Db, selection, responder, commit.Now, cancellationToken);
        if (set.Digest(selection) != wanted.Preview)
        {
            return new Declaration.Stale();
        }
        var frozen = wanted.AlsoFreeze ? selection.Origin?.Frozen : null;
        if (await RefuseAsync(commit.Db, wanted, set, frozen, responder, cancellationToken) is { } refusal)
        {
            return new Declaration.Refused(refusal);
        }
        var incident = Row(selection, set, wanted.Reason, responder, commit.Now);
        commit.Db.Incidents.Add(incident);
        await QuarantinedVersions.HoldAsync(commit, IncidentSet.VersionsOf(commit.Db, selection, responder), incident.Id, responder.Actor, cancellationToken);
        await RevokeAsync(commit, set, incident.Id, responder.Actor, cancellationToken);
        commit.Record(responder.Actor, "incident.declared", incident.Id,
            $"{incident.Selection}: {set.Versions.Count} versions quarantined, {set.Tokens} tokens revoked: {wanted.Reason}");
        return new Declaration.Declared(incident.Id, frozen is null ? null : await FreezeAsync(commit, frozen, incident, responder, cancellationToken));
    }

    private static async Task<Denial?> RefuseAsync(
        RegistryDb db, WantedIncident wanted, IncidentSet set, FreezeSubject? frozen, Responder responder, CancellationToken cancellationToken)
    {
        if (frozen is not null)
        {
            return await FreezeRights.MayFreezeAsync(db, frozen, responder, cancellationToken);
        }
        if (wanted.AlsoFreeze)
        {
            return new Denial(StatusCodes.Status400BadRequest, "invalid-selection", "Only with a run, a project or an issuer there is something to freeze.");
        }
        return set.IsEmpty
            ? new Denial(StatusCodes.Status400BadRequest, "nothing-to-do", "Within your authority there is nothing to revoke and nothing to quarantine.")
            : null;
    }

    private static IncidentRow Row(IncidentSelection selection, IncidentSet set, string reason, Responder responder, DateTimeOffset now) => new()
    {
        Id = RandomNumberGenerator.GetHexString(16, lowercase: true),
        Selection = selection.ToJson().ToJsonString(),
        Reason = reason,
        CreatedBy = responder.PersonId,
        CreatedByName = responder.Name,
        CreatedAt = now,
        Versions = set.Versions.Count,
        Tokens = set.Tokens,
    };

    private static async Task RevokeAsync(Commit commit, IncidentSet set, string incident, Actor actor, CancellationToken cancellationToken)
    {
        var exchanged = commit.Db.PublishTokens.Where(row => set.ExchangedTokens.Contains(row.Id));
        foreach (var token in await exchanged.Select(row => new { row.Id, row.Names }).ToListAsync(cancellationToken))
        {
            commit.Record(actor, "token.revoked", $"exchanged token {token.Id} for {token.Names.Replace('\n', ' ')}", incident);
        }
        await RevokeTokens.TheseAsync(commit, exchanged, cancellationToken);
        var access = commit.Db.AccessTokens.Where(row => set.AccessTokens.Contains(row.Id));
        foreach (var token in await access.Select(row => new { row.Key, row.Hash }).ToListAsync(cancellationToken))
        {
            commit.Record(actor, "token.revoked", token.Key, incident);
            commit.Changed(Credential.ChangeKey(TokenHash.FromBytes(token.Hash)));
        }
        await access.ExecuteUpdateAsync(update => update.SetProperty(row => row.RevokedAt, commit.Now), cancellationToken);
    }

    // Who has frozen it already need not do so again.
    private static async Task<AddedFreeze?> FreezeAsync(
        Commit commit, FreezeSubject subject, IncidentRow incident, Responder responder, CancellationToken cancellationToken) =>
        (await AddFreeze.AddAsync(commit, subject, incident.Reason, responder, cancellationToken)).Added;
}
