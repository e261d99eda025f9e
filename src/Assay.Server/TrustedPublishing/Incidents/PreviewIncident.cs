using Assay.Server.Data;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>A part of a longer list, and how long the list is.</summary>
internal sealed record Excerpt<T>(int Count, IReadOnlyList<T> First);

/// <summary>A version as an incident lists it: who brought it.</summary>
internal sealed record IncidentVersion(
    string Package, string Version, DateTimeOffset PublishedAt, string Publisher, string? Binding, string? Project, string? Run, string? Workflow);

/// <summary>A live token as an incident lists it: exchanged by a run, or a person's.</summary>
internal sealed record IncidentToken(
    string Kind, string For, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string? Binding = null, string? Project = null, string? Run = null);

/// <summary>What the selection has beyond the caller's authority, and stays as it is.</summary>
internal sealed record OutsideAuthority(int Versions, int Tokens, Excerpt<string> Packages);

/// <summary>What declaring would do now.</summary>
internal sealed record IncidentPreview(
    IncidentSelection Selection, string Digest, Excerpt<IncidentVersion> Versions, Excerpt<IncidentToken> Tokens, Excerpt<string> Packages,
    int AlreadyQuarantined, OutsideAuthority Outside);

/// <summary>Says what an incident would do, without doing it.</summary>
internal sealed class PreviewIncident(RegistryDbSource source, TimeProvider time)
{
    public async Task<(IncidentPreview? Preview, Denial? Denial)> RunAsync(
        System.Text.Json.Nodes.JsonNode? wanted, Responder responder, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        await using var moment = await db.BeginSnapshotAsync(cancellationToken);
        var (selection, denial) = await IncidentRights.SelectAsync(db, wanted, responder, cancellationToken);
        return selection is null ? (null, denial) : (await ReadAsync(db, selection, responder, time.GetUtcNow(), cancellationToken), null);
    }

    private static async Task<IncidentPreview> ReadAsync(
        RegistryDb db, IncidentSelection selection, Responder responder, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var set = await IncidentSet.ReadAsync(db, selection, responder, now, cancellationToken);
        return new IncidentPreview(
            selection,
            set.Digest(selection),
            new(set.Versions.Count, await IncidentParts.VersionsAsync(db, IncidentSet.VersionsOf(db, selection, responder), cancellationToken)),
            new(set.Tokens, await IncidentParts.TokensAsync(db, set, cancellationToken)),
            await IncidentParts.PackagesAsync(db, IncidentSet.VersionsOf(db, selection, responder), cancellationToken),
            await selection.Versions(db).Where(row => row.QuarantinedBy != null).Within(db, responder).CountAsync(cancellationToken),
            await OutsideAsync(db, selection, responder, set, now, cancellationToken));
    }

    private static async Task<OutsideAuthority> OutsideAsync(
        RegistryDb db, IncidentSelection selection, Responder responder, IncidentSet set, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (responder.IsAdministrator)
        {
            return new OutsideAuthority(0, 0, new Excerpt<string>(0, []));
        }
        var visible = selection.Versions(db).Where(row => row.QuarantinedBy == null);
        var others = visible.Where(row => !IncidentSet.VersionsOf(db, selection, responder).Any(own => own.Id == row.Id));
        var tokens = await selection.ExchangedTokens(db, now).CountAsync(cancellationToken) + await selection.AccessTokens(db, now).CountAsync(cancellationToken);
        return new OutsideAuthority(
            await others.CountAsync(cancellationToken), tokens - set.Tokens, await IncidentParts.PackagesAsync(db, others, cancellationToken));
    }
}
