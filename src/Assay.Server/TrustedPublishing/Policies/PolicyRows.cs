using System.Security.Cryptography;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Policies as rows: written once, found again, and what must be said when they change.</summary>
internal static class PolicyRows
{
    // Each is tried at every exchange for the name.
    private const int MostOnOneTarget = 100;

    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(1);

    /// <summary>
    /// When a change takes effect that is to take effect now. The clocks of nodes differ a little, so it is written as of a moment ago: otherwise
    /// a node whose clock is behind would go on granting what another has just taken away.
    /// </summary>
    public static DateTimeOffset AtOnce(DateTimeOffset now) => now - ClockDifference;

    /// <summary>When a change takes effect: what widens trust has to cool off.</summary>
    public static DateTimeOffset From(DateTimeOffset now, bool widens, TrustedPublishingOptions options) =>
        widens && options.CoolingOffHours > 0 ? now.AddHours(options.CoolingOffHours) : AtOnce(now);

    public static string NewId() => RandomNumberGenerator.GetHexString(24, lowercase: true);

    public static NamePattern TargetOf(TrustPolicyRow row) => NamePattern.TryParse(row.Target, out var target)
        ? target
        : throw new InvalidOperationException($"Policy {row.Id} has a target that was never written by this registry.");

    public static NamePattern Exactly(PackageName package) =>
        NamePattern.TryParse(package.Value, out var pattern) ? pattern : throw new System.Diagnostics.UnreachableException();

    public static TrustPolicyRow Of(TrustPolicy policy, string note, long createdBy, DateTimeOffset now, ChangeTime time) => new()
    {
        Id = policy.Id,
        Target = policy.Target.Text,
        Scope = policy.Target.Scope,
        IsPattern = !policy.Target.IsExact,
        Effect = policy.Effect is PolicyEffect.Deny ? TrustPolicyRow.Deny : TrustPolicyRow.Allow,
        BindingId = policy.BindingId,
        ProviderId = policy.ProviderId,
        Actions = string.Join(',', policy.Actions.Names()),
        Rules = PolicyJson.Write(policy),
        Note = note,
        ArmedAt = policy.Life.ArmedAt,
        EffectiveAt = policy.Life.EffectiveAt,
        CreatedBy = createdBy,
        CreatedAt = now,
        LastUsedAt = policy.Life.LastUsedAt,
        AskedAt = time.AskedAt,
        AskedBy = time.AskedBy,
    };

    public static Task<TrustPolicyRow?> FindAsync(RegistryDb db, string id, CancellationToken cancellationToken) =>
        db.TrustPolicies.AsTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);

    /// <summary>Why there cannot be one more policy like this. Those whose end is set do not count.</summary>
    public static async Task<Denial?> ConflictAsync(
        RegistryDb db, TrustStore trust, TrustPolicy wanted, string? except, CancellationToken cancellationToken)
    {
        var rows = await db.TrustPolicies.AsNoTracking()
            .Where(row => row.Target == wanted.Target.Text && row.EndsAt == null && row.Id != except).ToListAsync(cancellationToken);
        if (rows.Select(trust.Read).OfType<TrustPolicy>().FirstOrDefault(existing => IsSame(existing, wanted)) is { } same)
        {
            return new Denial(StatusCodes.Status409Conflict, "policy-exists", $"{wanted.Target} already has this very policy, {same.Id}.");
        }
        return rows.Count >= MostOnOneTarget
            ? new Denial(StatusCodes.Status409Conflict, "too-many-policies", $"{wanted.Target} has {rows.Count} policies already. End some first.")
            : null;
    }

    /// <summary>Ids learned since make no other policy: an unpinned copy would let the name alone decide once more.</summary>
    public static bool IsSame(TrustPolicy existing, TrustPolicy wanted) =>
        existing.Effect == wanted.Effect
        && existing.Target == wanted.Target
        && existing.BindingId == wanted.BindingId
        && existing.Actions == wanted.Actions
        && wanted.Pins.All(pin => existing.Pins.GetValueOrDefault(pin.Key) == pin.Value)
        && PolicyJson.Write(existing) == PolicyJson.Write(wanted.WithPins(existing.Pins));

    public static void PolicyChanged(this Commit commit, NamePattern target)
    {
        commit.Changed(TrustStore.PoliciesChanged(target.Text));
        if (target.IsExact && PackageName.TryParse(target.Text, out var package))
        {
            commit.Changed(PackageDocuments.ChangeKey(package));
        }
    }

    public static Denial NotFound(string id, PublicUrl url) =>
        new(StatusCodes.Status404NotFound, "policy-not-found", $"There is no policy {id}, or you may not see it. Yours are listed at {url.At("-/assay/v1/policies")}");
}
