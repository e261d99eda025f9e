using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;

namespace Assay.Server.Transparency;

/// <summary>Which acts of the audit log are in this log too: taken from there, so that no act is in one of them only.</summary>
internal static class RecordedEvents
{
    private static readonly Dictionary<string, (string Kind, string Audience)> Kinds = new(StringComparer.Ordinal)
    {
        ["tag.set"] = (LogKind.Tag, LogAudience.Readers),
        ["tag.removed"] = (LogKind.Tag, LogAudience.Readers),
        ["version.deprecated"] = (LogKind.Deprecate, LogAudience.Readers),
        ["version.undeprecated"] = (LogKind.Deprecate, LogAudience.Readers),
        ["version.unpublished"] = (LogKind.Unpublish, LogAudience.Readers),
        ["version.quarantined"] = (LogKind.Incident, LogAudience.Owners),
        ["version.released"] = (LogKind.Incident, LogAudience.Owners),
        ["owner.added"] = (LogKind.Owner, LogAudience.Readers),
        ["owner.removed"] = (LogKind.Owner, LogAudience.Readers),
        ["access.changed"] = (LogKind.Owner, LogAudience.Readers),
        ["team.granted"] = (LogKind.Owner, LogAudience.Owners),
        ["team.revoked"] = (LogKind.Owner, LogAudience.Owners),
        ["scope.changed"] = (LogKind.Owner, LogAudience.Administrators),
        ["org.created"] = (LogKind.Owner, LogAudience.Administrators),
        ["org.scope-added"] = (LogKind.Owner, LogAudience.Administrators),
        ["org.member-set"] = (LogKind.Owner, LogAudience.Administrators),
        ["org.member-removed"] = (LogKind.Owner, LogAudience.Administrators),
        ["team.member-added"] = (LogKind.Owner, LogAudience.Administrators),
        ["team.member-removed"] = (LogKind.Owner, LogAudience.Administrators),
        ["package.provenance"] = (LogKind.Policy, LogAudience.Owners),
        ["policy.created"] = (LogKind.Policy, LogAudience.Owners),
        ["policy.replaced"] = (LogKind.Policy, LogAudience.Owners),
        ["policy.ended"] = (LogKind.Policy, LogAudience.Owners),
        ["policy.rearmed"] = (LogKind.Policy, LogAudience.Owners),
        ["policy.pinned"] = (LogKind.Policy, LogAudience.Owners),
        ["policy.inheritance"] = (LogKind.Policy, LogAudience.Owners),
        ["name.reserved"] = (LogKind.Policy, LogAudience.Owners),
        ["name.released"] = (LogKind.Policy, LogAudience.Owners),
        ["lock.set"] = (LogKind.Policy, LogAudience.Owners),
        ["lock.loosening"] = (LogKind.Policy, LogAudience.Owners),
        ["lock.loosened"] = (LogKind.Policy, LogAudience.Owners),
        ["lock.kept"] = (LogKind.Policy, LogAudience.Owners),
        ["demand.set"] = (LogKind.Policy, LogAudience.Owners),
        ["demand.loosening"] = (LogKind.Policy, LogAudience.Owners),
        ["demand.loosened"] = (LogKind.Policy, LogAudience.Owners),
        ["demand.kept"] = (LogKind.Policy, LogAudience.Owners),
        ["staging.loosening"] = (LogKind.Policy, LogAudience.Owners),
        ["staging.loosened"] = (LogKind.Policy, LogAudience.Owners),
        ["staging.kept"] = (LogKind.Policy, LogAudience.Owners),
        ["policy.waiting"] = (LogKind.Policy, LogAudience.Owners),
        ["policy.agreed"] = (LogKind.Policy, LogAudience.Owners),
        ["policy.lapsed"] = (LogKind.Policy, LogAudience.Owners),
        ["policy.withdrawn"] = (LogKind.Policy, LogAudience.Owners),
        ["issuer.added"] = (LogKind.Issuer, LogAudience.Administrators),
        ["issuer.changed"] = (LogKind.Issuer, LogAudience.Administrators),
        ["issuer.disabled"] = (LogKind.Issuer, LogAudience.Administrators),
        ["issuer.enabled"] = (LogKind.Issuer, LogAudience.Administrators),
        ["issuer.removed"] = (LogKind.Issuer, LogAudience.Administrators),
        ["issuer.definition-accepted"] = (LogKind.Issuer, LogAudience.Administrators),
        ["incident.declared"] = (LogKind.Incident, LogAudience.Administrators),
        ["incident.undone"] = (LogKind.Incident, LogAudience.Administrators),
        ["freeze.added"] = (LogKind.Incident, LogAudience.Administrators),
        ["freeze.lifted"] = (LogKind.Incident, LogAudience.Administrators),
        ["key.created"] = (LogKind.Key, LogAudience.Readers),
        ["key.rotated"] = (LogKind.Key, LogAudience.Readers),
        ["log.reopened"] = (LogKind.Reopen, LogAudience.Readers),
    };

    public static IReadOnlyCollection<string> Actions => Kinds.Keys;

    public static LogEvent? From(AuditEventRow act)
    {
        if (!Kinds.TryGetValue(act.Action, out var kind))
        {
            return null;
        }
        var (package, version) = IsOfAnOrganisation(act.Action) ? (null, null) : About(kind.Kind, act.Subject);
        return new LogEvent(kind.Kind, package, version, kind.Audience, new JsonObject
        {
            ["act"] = act.Action,
            ["subject"] = act.Subject,
            ["detail"] = act.Detail,
            ["by"] = act.Actor,
        });
    }

    // Their subjects begin with the organisation's name, which a package may have too.
    private static bool IsOfAnOrganisation(string action) =>
        action.StartsWith("org.", StringComparison.Ordinal) || action.StartsWith("team.member-", StringComparison.Ordinal);

    // `NAME@VERSION`, `TARGET TEAM` of a grant, or `TARGET ID` of a policy. The name of a scoped package begins with the sign that parts it from the version.
    private static (string? Package, string? Version) About(string kind, string subject)
    {
        if (kind is LogKind.Issuer or LogKind.Key or LogKind.Reopen)
        {
            return (null, null);
        }
        var first = subject.Split(' ')[0];
        var at = first.LastIndexOf('@');
        return at > 0 ? (first[..at], first[(at + 1)..]) : (first, null);
    }
}
