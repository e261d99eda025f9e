namespace Assay.Server.Audit;

/// <summary>One kind of event: its name, what its subject names, who gets a mail unless they chose otherwise, and what happened in words.</summary>
/// <remarks>Where it is not mailed by default, people get it who asked for it.</remarks>
internal sealed record AuditEvent(string Name, EventAbout About, EventMail Mail, string Words, bool IsMailedByDefault = true)
{
    /// <summary>Whether owners of a package learn of it: where its subject names the package.</summary>
    public bool IsForOwners => About is EventAbout.Package or EventAbout.Target or EventAbout.Report;

    /// <summary>Whether who did it is for administrators alone.</summary>
    public bool HidesActor { get; init; }

    /// <summary>Who did it, as far as somebody may know.</summary>
    public string ActorFor(string actor, bool isAdministrator) => HidesActor && !isAdministrator ? "somebody" : actor;

    /// <summary>The package that the subject names, and its version; nothing where it names something else.</summary>
    public (string? Package, string? Version) NamedBy(string subject)
    {
        var first = subject.Split(' ', 2)[0];
        if (!IsForOwners || (About is EventAbout.Package && first.Length != subject.Length) || (About is EventAbout.Report && first.StartsWith('#')))
        {
            return (null, null);
        }
        // The name of a scoped package begins with the sign that parts it from the version.
        var at = first.LastIndexOf('@');
        return at > 0 ? (first[..at], first[(at + 1)..]) : (first, null);
    }
}

/// <summary>Every event that is recorded. docs/audit.md says the same; a test holds both against the source.</summary>
internal static class AuditEvents
{
    private static readonly AuditEvent[] Table =
    [
        new("access.changed", EventAbout.Package, EventMail.Owners, "A package was opened or closed to readers"),
        new("advisories.imported", EventAbout.Registry, EventMail.None, "Advisories were imported"),
        new("advisory.issued", EventAbout.Package, EventMail.Owners | EventMail.Administrators, "An advisory about a package was issued"),
        new("advisory.withdrawn", EventAbout.Package, EventMail.Owners | EventMail.Administrators, "An advisory about a package was withdrawn"),
        new("audit.exported", EventAbout.Registry, EventMail.None, "The audit log was exported"),
        new("audit.forgotten", EventAbout.Registry, EventMail.None, "Old events were deleted from the audit log"),
        new("challenge.confirmed", EventAbout.Actor, EventMail.None, "A page confirmed a sensitive act with a second factor"),
        new("demand.kept", EventAbout.Package, EventMail.Owners, "A demand does not end after all"),
        new("demand.loosened", EventAbout.Package, EventMail.Owners | EventMail.Administrators, "A demand ended"),
        new("demand.loosening", EventAbout.Package, EventMail.Owners | EventMail.Administrators, "A demand will end"),
        new("demand.set", EventAbout.Package, EventMail.Owners, "A package or a scope demands more of those who change it"),
        new("email.change-asked", EventAbout.Person, EventMail.Person, "Another e-mail address was asked for your account"),
        new("ci-identity.changed", EventAbout.Person, EventMail.Person | EventMail.Administrators, "Who somebody is at a CI was changed"),
        new("email.changed", EventAbout.Person, EventMail.Person, "The e-mail address of your account was changed"),
        new("email.domain-gone", EventAbout.Person, EventMail.Administrators, "The domain of an e-mail address does not exist any more"),
        new("exchanged-token.leaked", EventAbout.Target, EventMail.Owners | EventMail.Administrators, "The token of a run was found where it does not belong, and revoked"),
        new("exchanged-token.revoked", EventAbout.Target, EventMail.None, "A run gave back its token"),
        new("factor.added", EventAbout.Person, EventMail.Person, "A second factor was added to your account"),
        new("factor.removed", EventAbout.Person, EventMail.Person, "A second factor was removed from your account"),
        new("factors.reset", EventAbout.Person, EventMail.Person | EventMail.Administrators, "All second factors of your account were taken away by the operator"),
        new("freeze.added", EventAbout.Package, EventMail.Owners | EventMail.Administrators, "Publishing was frozen"),
        new("freeze.lifted", EventAbout.Package, EventMail.Owners | EventMail.Administrators, "A freeze was lifted"),
        new("garbage.collected", EventAbout.Registry, EventMail.None, "Bytes that nothing names were deleted"),
        new("identity.linked", EventAbout.Person, EventMail.Person, "An identity of single sign-on was linked to your account"),
        new("identity.unlinked", EventAbout.Person, EventMail.Person, "An identity of single sign-on was taken away from your account"),
        new("incident.declared", EventAbout.Registry, EventMail.Administrators, "An incident was declared"),
        new("incident.undone", EventAbout.Registry, EventMail.Administrators, "An incident was undone"),
        new("invitation.revoked", EventAbout.Registry, EventMail.None, "An invitation was revoked"),
        new("issuer.added", EventAbout.Registry, EventMail.Administrators, "An issuer is trusted"),
        new("issuer.changed", EventAbout.Registry, EventMail.Administrators, "A trusted issuer was changed"),
        new("issuer.definition-accepted", EventAbout.Registry, EventMail.Administrators, "The changed definition of a provider was accepted"),
        new("issuer.disabled", EventAbout.Registry, EventMail.Administrators, "A trusted issuer was disabled"),
        new("issuer.enabled", EventAbout.Registry, EventMail.Administrators, "A trusted issuer was enabled again"),
        new("issuer.removed", EventAbout.Registry, EventMail.Administrators, "A trusted issuer was removed"),
        new("job.dropped", EventAbout.Registry, EventMail.None, "A job that had failed for good was dropped"),
        new("job.retried", EventAbout.Registry, EventMail.None, "A job that had failed for good is tried again"),
        new("key.created", EventAbout.Registry, EventMail.None, "A signing key was made"),
        new("key.rotated", EventAbout.Registry, EventMail.Administrators, "A signing key was replaced"),
        new("lock.kept", EventAbout.Package, EventMail.Owners, "A lock is not loosened after all"),
        new("lock.loosened", EventAbout.Package, EventMail.Owners | EventMail.Administrators, "A lock was loosened"),
        new("lock.loosening", EventAbout.Package, EventMail.Owners | EventMail.Administrators, "A lock will be loosened"),
        new("lock.set", EventAbout.Package, EventMail.Owners, "A lock was set"),
        new("log.reopened", EventAbout.Registry, EventMail.Administrators, "The transparency log goes on under another name"),
        new("login.confirmed", EventAbout.Actor, EventMail.None, "A sign-in was confirmed in a browser"),
        new("mail.tested", EventAbout.Registry, EventMail.None, "A mail was sent to try whether mail works"),
        new("name.disowned", EventAbout.Registry, EventMail.None, "A name was given up"),
        new("name.owned", EventAbout.Registry, EventMail.None, "A name was made this registry's"),
        new("name.released", EventAbout.Package, EventMail.None, "A reserved name was released"),
        new("name.reserved", EventAbout.Package, EventMail.None, "A name was reserved by a policy"),
        new("org.created", EventAbout.Registry, EventMail.Administrators, "An organisation was made"),
        new("org.member-removed", EventAbout.Registry, EventMail.None, "A person left an organisation"),
        new("org.member-set", EventAbout.Registry, EventMail.None, "A person has a place in an organisation"),
        new("org.scope-added", EventAbout.Registry, EventMail.Administrators, "A scope was given to an organisation"),
        new("owner.added", EventAbout.Package, EventMail.Owners, "A package has another owner"),
        new("owner.removed", EventAbout.Package, EventMail.Owners, "A package has an owner less"),
        new("package.imported", EventAbout.Package, EventMail.None, "A package was imported"),
        new("package.provenance", EventAbout.Package, EventMail.Owners, "What is shown and asked of provenance was changed"),
        new("package.staging", EventAbout.Package, EventMail.Owners, "What is asked of staged versions was changed"),
        new("passkey.clone-suspected", EventAbout.Person, EventMail.Person | EventMail.Administrators, "A passkey of your account may have been copied"),
        new("password.changed", EventAbout.Person, EventMail.Person, "The password of your account was changed"),
        new("password.recovered", EventAbout.Person, EventMail.Person, "The password of your account was changed by a link"),
        new("password.reset", EventAbout.Person, EventMail.Person, "The password of your account was reset by an administrator"),
        new("person.created", EventAbout.Person, EventMail.Administrators, "A person was added"),
        new("person.demoted", EventAbout.Person, EventMail.Person | EventMail.Administrators, "A person is no administrator any more"),
        new("person.disabled", EventAbout.Person, EventMail.Person | EventMail.Administrators, "An account was disabled"),
        new("person.enabled", EventAbout.Person, EventMail.Person | EventMail.Administrators, "An account was enabled again"),
        new("person.invited", EventAbout.Registry, EventMail.None, "A person was invited"),
        new("person.promoted", EventAbout.Person, EventMail.Person | EventMail.Administrators, "A person is an administrator now"),
        new("policy.agreed", EventAbout.Target, EventMail.Owners, "A second person agreed to a change of trust"),
        new("policy.created", EventAbout.Target, EventMail.Owners, "A trust policy was written"),
        new("policy.ended", EventAbout.Target, EventMail.Owners, "A trust policy was ended"),
        new("policy.inheritance", EventAbout.Package, EventMail.Owners, "Whether policies of the scope count for a package was changed"),
        new("policy.lapsed", EventAbout.Target, EventMail.Owners, "A change of trust is gone: no second person agreed in time"),
        new("policy.pinned", EventAbout.Target, EventMail.None, "A trust policy learned the ids of its project"),
        new("policy.rearmed", EventAbout.Target, EventMail.Owners, "A trust policy was given a new time to be used in"),
        new("policy.replaced", EventAbout.Target, EventMail.Owners, "A trust policy was changed"),
        new("policy.waiting", EventAbout.Target, EventMail.Owners | EventMail.Administrators, "A change of trust waits for a second person"),
        new("policy.withdrawn", EventAbout.Target, EventMail.Owners, "A change of trust that waited was withdrawn"),
        new("profile.changed", EventAbout.Person, EventMail.None, "Your profile was changed"),
        new("project.other-ids", EventAbout.Target, EventMail.Owners, "A trusted project's name has another project behind it"),
        new("project.renamed", EventAbout.Target, EventMail.Owners, "A trusted project was renamed"),
        new("provenance.other-repository", EventAbout.Package, EventMail.Owners, "A version's provenance names another repository than its package.json"),
        new("recovery-code.used", EventAbout.Person, EventMail.Person, "A recovery code of your account was used"),
        new("recovery-codes.made", EventAbout.Person, EventMail.Person, "New recovery codes were made for your account"),
        new("registry.backed-up", EventAbout.Registry, EventMail.None, "The registry was backed up"),
        new("registry.restored", EventAbout.Registry, EventMail.Administrators, "The registry was restored from a backup"),
        new("report.closed", EventAbout.Report, EventMail.Person, "A report was closed"),
        new("report.made", EventAbout.Report, EventMail.Owners | EventMail.Administrators, "A package was reported") { HidesActor = true },
        new("scope.changed", EventAbout.Registry, EventMail.Administrators, "Who reads in a scope was changed"),
        new("secrets.forgotten", EventAbout.Registry, EventMail.Administrators, "Secrets whose key is lost were forgotten"),
        new("session.began", EventAbout.Actor, EventMail.None, "Somebody signed in with a browser"),
        new("session.revoked", EventAbout.Person, EventMail.None, "A browser was signed out"),
        new("sessions.ended", EventAbout.Person, EventMail.Person, "Your account was signed out in many places at once"),
        new("stage.approved", EventAbout.Package, EventMail.None, "Somebody approved a staged version"),
        new("stage.created", EventAbout.Package, EventMail.Owners, "A version waits for approval"),
        new("stage.expired", EventAbout.Package, EventMail.Owners, "A staged version was approved by nobody in time"),
        new("stage.grouped", EventAbout.Package, EventMail.None, "A staged version was put into a release set"),
        new("stage.rejected", EventAbout.Package, EventMail.Owners, "A staged version was rejected"),
        new("staging.kept", EventAbout.Package, EventMail.Owners, "What is asked of staged versions is not loosened after all"),
        new("staging.loosened", EventAbout.Package, EventMail.Owners | EventMail.Administrators, "What is asked of staged versions was loosened"),
        new("staging.loosening", EventAbout.Package, EventMail.Owners | EventMail.Administrators, "What is asked of staged versions will be loosened"),
        new("tag.removed", EventAbout.Package, EventMail.None, "A dist-tag was removed"),
        new("tag.set", EventAbout.Package, EventMail.None, "A dist-tag was set"),
        new("team.created", EventAbout.Registry, EventMail.None, "A team was made"),
        new("team.destroyed", EventAbout.Registry, EventMail.None, "A team was destroyed"),
        new("team.granted", EventAbout.Target, EventMail.Owners, "A team was given a package or a scope"),
        new("team.member-added", EventAbout.Registry, EventMail.None, "A person was put into a team"),
        new("team.member-removed", EventAbout.Registry, EventMail.None, "A person left a team"),
        new("team.revoked", EventAbout.Target, EventMail.Owners, "A package or a scope was taken away from a team"),
        new("token.created", EventAbout.AccessToken, EventMail.Person, "An access token was made for your account"),
        new("token.ending", EventAbout.AccessToken, EventMail.Person, "An access token of your account ends soon"),
        new("token.leaked", EventAbout.AccessToken, EventMail.Person | EventMail.Administrators, "An access token was found where it does not belong, and revoked"),
        new("token.revoked", EventAbout.AccessToken, EventMail.Person, "An access token of your account was revoked"),
        new("upstream.lift", EventAbout.Registry, EventMail.None, "A ruling about a package of another registry was lifted"),
        new("upstream.quarantine", EventAbout.Registry, EventMail.None, "A package of another registry is kept back"),
        new("upstream.release", EventAbout.Registry, EventMail.None, "A package of another registry is served whatever the guards say"),
        new("version.deprecated", EventAbout.Package, EventMail.None, "A version was deprecated"),
        new("version.imported", EventAbout.Package, EventMail.None, "A version was imported"),
        new("version.published", EventAbout.Package, EventMail.Owners, "A version was published", IsMailedByDefault: false),
        new("version.quarantined", EventAbout.Package, EventMail.Owners, "A version was quarantined"),
        new("version.released", EventAbout.Package, EventMail.Owners, "A version came out of quarantine"),
        new("version.undeprecated", EventAbout.Package, EventMail.None, "A version is deprecated no more"),
        new("version.unpublished", EventAbout.Package, EventMail.Owners, "A version was unpublished"),
        new("webhook.created", EventAbout.Webhook, EventMail.Person, "A webhook was made"),
        new("webhook.deleted", EventAbout.Registry, EventMail.None, "A webhook was deleted"),
        new("webhook.resumed", EventAbout.Webhook, EventMail.None, "A webhook was set going again"),
        new("webhook.rotated", EventAbout.Webhook, EventMail.Person, "A webhook has another secret"),
        new("webhook.stopped", EventAbout.Webhook, EventMail.Person, "A webhook was stopped"),
    ];

    private static readonly Dictionary<string, AuditEvent> ByName = Table.ToDictionary(each => each.Name, StringComparer.Ordinal);

    public static IReadOnlyList<AuditEvent> All => Table;

    /// <summary>An event of an older or newer version is one of the registry's own.</summary>
    public static AuditEvent Of(string name) => ByName.GetValueOrDefault(name) ?? new AuditEvent(name, EventAbout.Registry, EventMail.None, name);
}
