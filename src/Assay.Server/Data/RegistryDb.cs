using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Assay.Server.Data;

/// <summary>The facts. Rooms read through <see cref="RegistryDbSource"/> and write through <see cref="CommitQueue"/>.</summary>
internal abstract class RegistryDb(DbContextOptions options) : DbContext(options)
{
    public DbSet<RegistryStateRow> State => Set<RegistryStateRow>();
    public DbSet<ChangeRow> Changes => Set<ChangeRow>();
    public DbSet<AuditEventRow> AuditEvents => Set<AuditEventRow>();
    public DbSet<SigningKeyRow> SigningKeys => Set<SigningKeyRow>();
    public DbSet<PersonRow> People => Set<PersonRow>();
    public DbSet<AccessTokenRow> AccessTokens => Set<AccessTokenRow>();
    public DbSet<WebLoginRow> WebLogins => Set<WebLoginRow>();
    public DbSet<InvitationRow> Invitations => Set<InvitationRow>();
    public DbSet<AccountLinkRow> AccountLinks => Set<AccountLinkRow>();
    public DbSet<EmailDomainRow> EmailDomains => Set<EmailDomainRow>();
    public DbSet<LinkedIdentityRow> LinkedIdentities => Set<LinkedIdentityRow>();
    public DbSet<ProviderSignInRow> ProviderSignIns => Set<ProviderSignInRow>();
    public DbSet<OrganisationRow> Organisations => Set<OrganisationRow>();
    public DbSet<OrganisationMemberRow> OrganisationMembers => Set<OrganisationMemberRow>();
    public DbSet<TeamRow> Teams => Set<TeamRow>();
    public DbSet<TeamMemberRow> TeamMembers => Set<TeamMemberRow>();
    public DbSet<TeamGrantRow> TeamGrants => Set<TeamGrantRow>();
    public DbSet<ScopeRow> Scopes => Set<ScopeRow>();
    public DbSet<TotpRow> Totps => Set<TotpRow>();
    public DbSet<RecoveryCodeRow> RecoveryCodes => Set<RecoveryCodeRow>();
    public DbSet<PasskeyRow> Passkeys => Set<PasskeyRow>();
    public DbSet<SpentCeremonyRow> SpentCeremonies => Set<SpentCeremonyRow>();
    public DbSet<WebChallengeRow> WebChallenges => Set<WebChallengeRow>();
    public DbSet<WebSessionRow> WebSessions => Set<WebSessionRow>();
    public DbSet<PackageRow> Packages => Set<PackageRow>();
    public DbSet<PackageOwnerRow> PackageOwners => Set<PackageOwnerRow>();
    public DbSet<VersionRow> Versions => Set<VersionRow>();
    public DbSet<DistTagRow> DistTags => Set<DistTagRow>();
    public DbSet<StageRow> Stages => Set<StageRow>();
    public DbSet<StageApprovalRow> StageApprovals => Set<StageApprovalRow>();
    public DbSet<CiIdentityRow> CiIdentities => Set<CiIdentityRow>();
    public DbSet<IssuerBindingRow> IssuerBindings => Set<IssuerBindingRow>();
    public DbSet<TrustPolicyRow> TrustPolicies => Set<TrustPolicyRow>();
    public DbSet<PublishTokenRow> PublishTokens => Set<PublishTokenRow>();
    public DbSet<ReplayRow> Replays => Set<ReplayRow>();
    public DbSet<ExchangeAttemptRow> ExchangeAttempts => Set<ExchangeAttemptRow>();
    public DbSet<FreezeRow> Freezes => Set<FreezeRow>();
    public DbSet<IncidentRow> Incidents => Set<IncidentRow>();
    public DbSet<LogRow> Log => Set<LogRow>();
    public DbSet<LogLeafRow> LogLeaves => Set<LogLeafRow>();
    public DbSet<LogTileRow> LogTiles => Set<LogTileRow>();
    public DbSet<LogCheckpointRow> LogCheckpoints => Set<LogCheckpointRow>();
    public DbSet<TufIssueRow> TufIssues => Set<TufIssueRow>();
    public DbSet<TufFileRow> TufFiles => Set<TufFileRow>();
    public DbSet<AttestationRow> Attestations => Set<AttestationRow>();
    public DbSet<OwnedNameRow> OwnedNames => Set<OwnedNameRow>();
    public DbSet<UpstreamPackageRow> UpstreamPackages => Set<UpstreamPackageRow>();
    public DbSet<UpstreamTarballRow> UpstreamTarballs => Set<UpstreamTarballRow>();
    public DbSet<UpstreamAttestationsRow> UpstreamAttestations => Set<UpstreamAttestationsRow>();
    public DbSet<UpstreamKeyRow> UpstreamKeys => Set<UpstreamKeyRow>();
    public DbSet<UpstreamRulingRow> UpstreamRulings => Set<UpstreamRulingRow>();
    public DbSet<UpstreamRefusalRow> UpstreamRefusals => Set<UpstreamRefusalRow>();
    public DbSet<AdvisoryImportRow> AdvisoryImports => Set<AdvisoryImportRow>();
    public DbSet<AdvisoryRow> Advisories => Set<AdvisoryRow>();
    public DbSet<IssuedAdvisoryRow> IssuedAdvisories => Set<IssuedAdvisoryRow>();
    public DbSet<ReportRow> Reports => Set<ReportRow>();
    public DbSet<SearchEntryRow> SearchEntries => Set<SearchEntryRow>();
    public DbSet<DependencyRow> Dependencies => Set<DependencyRow>();
    public DbSet<DownloadDayRow> DownloadDays => Set<DownloadDayRow>();
    public DbSet<DownloadMonthRow> DownloadMonths => Set<DownloadMonthRow>();
    public DbSet<UpstreamDayRow> UpstreamDays => Set<UpstreamDayRow>();

    public DbSet<JobRow> Jobs => Set<JobRow>();
    public DbSet<WebhookRow> Webhooks => Set<WebhookRow>();
    public DbSet<WebhookDeliveryRow> WebhookDeliveries => Set<WebhookDeliveryRow>();
    public DbSet<MailPreferenceRow> MailPreferences => Set<MailPreferenceRow>();

    /// <summary>Where the words of packages are looked up; its table is outside the model, because each database has one of its own kind.</summary>
    public abstract TextIndex Texts { get; }

    /// <summary>A reading transaction in which everything is of one moment and nobody is held up.</summary>
    public abstract Task<IDbContextTransaction> BeginSnapshotAsync(CancellationToken cancellationToken = default);

    /// <summary>A writing transaction that is alone among all nodes until it ends: what an operation decides on still holds when it writes.</summary>
    public abstract Task<IDbContextTransaction> BeginWriteAsync(CancellationToken cancellationToken = default);

    /// <summary>SQLite adds a computed column to a table that is there only when it is computed at each reading; its index keeps it anyway.</summary>
    protected abstract bool KeepsComputedColumns { get; }

    // SQLite can neither sort nor compare DateTimeOffset, so both databases store UTC as Unix milliseconds: npm's own precision.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<RegistryStateRow>(state => state.Property(row => row.Id).ValueGeneratedNever());
        modelBuilder.Entity<ChangeRow>(change => change.HasKey(row => new { row.Revision, row.Key }));
        modelBuilder.Entity<AuditEventRow>(audit => audit.HasIndex(row => row.At));
        modelBuilder.Entity<SigningKeyRow>(key => key.HasIndex(row => row.KeyId).IsUnique());
        Identity(modelBuilder);
        Accounts(modelBuilder);
        OfOrganisations(modelBuilder);
        SecondFactors(modelBuilder);
        Contents(modelBuilder, KeepsComputedColumns);
        Searched(modelBuilder);
        Reported(modelBuilder);
        Usage(modelBuilder);
        OfStages(modelBuilder);
        Trust(modelBuilder);
        Exchanges(modelBuilder);
        Transparency(modelBuilder);
        Upstream(modelBuilder);
        Notifications(modelBuilder);
    }

    private static void Usage(ModelBuilder model)
    {
        model.Entity<DownloadDayRow>(day =>
        {
            day.HasKey(row => new { row.VersionId, row.Day });
            day.HasIndex(row => new { row.PackageId, row.Day });
            day.HasIndex(row => row.Day);
        });
        model.Entity<DownloadMonthRow>().HasKey(row => new { row.PackageId, row.Month });
        model.Entity<UpstreamDayRow>().HasKey(row => new { row.Registry, row.Day, row.Kind });
    }

    private static void Identity(ModelBuilder model)
    {
        model.Entity<PersonRow>().HasIndex(row => row.Name).IsUnique();
        model.Entity<AccessTokenRow>(token =>
        {
            token.HasIndex(row => row.Hash).IsUnique();
            token.HasIndex(row => row.Key).IsUnique();
            token.HasOne<PersonRow>().WithMany().HasForeignKey(row => row.PersonId);
        });
        model.Entity<WebLoginRow>(login =>
        {
            login.HasIndex(row => row.PageHash).IsUnique();
            login.HasIndex(row => row.PollHash).IsUnique();
        });
    }

    private static void Accounts(ModelBuilder model)
    {
        model.Entity<InvitationRow>(invitation =>
        {
            invitation.HasIndex(row => row.Hash).IsUnique();
            invitation.HasIndex(row => row.Name);
        });
        model.Entity<AccountLinkRow>(link =>
        {
            link.HasIndex(row => row.Hash).IsUnique();
            link.HasOne<PersonRow>().WithMany().HasForeignKey(row => row.PersonId);
        });
        model.Entity<EmailDomainRow>().HasKey(row => row.Domain);
        model.Entity<LinkedIdentityRow>(identity =>
        {
            identity.HasIndex(row => new { row.Issuer, row.Subject }).IsUnique();
            identity.HasOne<PersonRow>().WithMany().HasForeignKey(row => row.PersonId);
        });
        model.Entity<ProviderSignInRow>(signIn =>
        {
            signIn.HasIndex(row => row.StateHash).IsUnique();
            signIn.HasIndex(row => row.ExpiresAt);
        });
    }

    private static void OfOrganisations(ModelBuilder model)
    {
        model.Entity<OrganisationRow>().HasIndex(row => row.Name).IsUnique();
        model.Entity<OrganisationMemberRow>(member =>
        {
            member.HasKey(row => new { row.OrganisationId, row.PersonId });
            member.HasOne<OrganisationRow>().WithMany().HasForeignKey(row => row.OrganisationId);
            member.HasOne<PersonRow>().WithMany().HasForeignKey(row => row.PersonId);
        });
        model.Entity<TeamRow>(team =>
        {
            team.HasIndex(row => new { row.OrganisationId, row.Name }).IsUnique();
            team.HasOne<OrganisationRow>().WithMany().HasForeignKey(row => row.OrganisationId);
        });
        model.Entity<TeamMemberRow>(member =>
        {
            member.HasKey(row => new { row.TeamId, row.PersonId });
            member.HasOne<TeamRow>().WithMany().HasForeignKey(row => row.TeamId);
            member.HasOne<PersonRow>().WithMany().HasForeignKey(row => row.PersonId);
        });
        model.Entity<TeamGrantRow>(grant =>
        {
            grant.HasKey(row => new { row.TeamId, row.Target });
            grant.HasIndex(row => row.Target);
            grant.HasOne<TeamRow>().WithMany().HasForeignKey(row => row.TeamId);
        });
        model.Entity<ScopeRow>(scope =>
        {
            scope.HasKey(row => row.Name);
            scope.HasOne<OrganisationRow>().WithMany().HasForeignKey(row => row.OrganisationId);
        });
    }

    private static void SecondFactors(ModelBuilder model)
    {
        model.Entity<TotpRow>(totp =>
        {
            totp.HasKey(row => row.PersonId);
            totp.Property(row => row.PersonId).ValueGeneratedNever();
            totp.HasOne<PersonRow>().WithOne().HasForeignKey<TotpRow>(row => row.PersonId);
        });
        model.Entity<RecoveryCodeRow>(code =>
        {
            code.HasIndex(row => new { row.PersonId, row.Hash }).IsUnique();
            code.HasOne<PersonRow>().WithMany().HasForeignKey(row => row.PersonId);
        });
        model.Entity<PasskeyRow>(passkey =>
        {
            passkey.HasIndex(row => row.CredentialId).IsUnique();
            passkey.HasOne<PersonRow>().WithMany().HasForeignKey(row => row.PersonId);
        });
        model.Entity<SpentCeremonyRow>().HasKey(row => row.Hash);
        model.Entity<WebChallengeRow>(challenge =>
        {
            challenge.HasIndex(row => row.PageHash).IsUnique();
            challenge.HasIndex(row => row.PollHash).IsUnique();
            challenge.HasIndex(row => row.AnswerHash).IsUnique();
            challenge.HasIndex(row => row.ExpiresAt);
            challenge.HasOne<PersonRow>().WithMany().HasForeignKey(row => row.PersonId);
        });
        model.Entity<WebSessionRow>(session =>
        {
            session.HasIndex(row => row.Hash).IsUnique();
            session.HasIndex(row => row.Key).IsUnique();
            session.HasOne<PersonRow>().WithMany().HasForeignKey(row => row.PersonId);
        });
    }

    private static void Contents(ModelBuilder model, bool keepsComputedColumns)
    {
        model.Entity<PackageRow>(package =>
        {
            package.HasIndex(row => row.Name).IsUnique();
            package.HasIndex(row => row.Scope);
            // As Assay.Npm.LookAlike has it; a test holds both together.
            package.Property(row => row.LookAlike).HasComputedColumnSql(
                """lower(replace(replace(replace("Name", '-', ''), '_', ''), '.', ''))""", stored: keepsComputedColumns);
            package.HasIndex(row => row.LookAlike);
        });
        model.Entity<PackageOwnerRow>(owner =>
        {
            owner.HasKey(row => new { row.PackageId, row.PersonId });
            owner.HasOne<PackageRow>().WithMany().HasForeignKey(row => row.PackageId);
            owner.HasOne<PersonRow>().WithMany().HasForeignKey(row => row.PersonId);
        });
        model.Entity<VersionRow>(version =>
        {
            version.HasIndex(row => new { row.PackageId, row.Version }).IsUnique();
            version.HasIndex(row => row.Sha512);
            version.HasIndex(row => new { row.BindingId, row.ProjectId, row.RunId });
            version.HasIndex(row => row.PublishedAt);
            version.HasIndex(row => row.PublisherId);
            version.HasIndex(row => row.QuarantinedBy);
            version.HasOne<PackageRow>().WithMany().HasForeignKey(row => row.PackageId);
        });
        model.Entity<DistTagRow>(tag =>
        {
            tag.HasKey(row => new { row.PackageId, row.Tag });
            tag.HasOne<PackageRow>().WithMany().HasForeignKey(row => row.PackageId);
        });
    }

    private static void Searched(ModelBuilder model)
    {
        model.Entity<SearchEntryRow>(entry =>
        {
            entry.HasKey(row => row.PackageId);
            entry.Property(row => row.PackageId).ValueGeneratedNever();
            entry.HasIndex(row => row.VersionId);
            entry.HasOne<PackageRow>().WithOne().HasForeignKey<SearchEntryRow>(row => row.PackageId);
        });
        model.Entity<DependencyRow>(dependency =>
        {
            dependency.HasKey(row => new { row.PackageId, row.Name });
            dependency.HasIndex(row => row.Name);
            dependency.HasOne<PackageRow>().WithMany().HasForeignKey(row => row.PackageId);
        });
    }

    private static void Reported(ModelBuilder model)
    {
        model.Entity<ReportRow>(report =>
        {
            report.HasIndex(row => row.PackageName);
            report.HasIndex(row => row.ReporterId);
            report.HasIndex(row => row.ClosedAt);
            report.HasOne<PersonRow>().WithMany().HasForeignKey(row => row.ReporterId);
        });
        model.Entity<IssuedAdvisoryRow>(advisory =>
        {
            advisory.HasIndex(row => new { row.Year, row.Number }).IsUnique();
            advisory.HasIndex(row => row.Name).IsUnique();
            advisory.HasIndex(row => row.PackageName);
        });
    }

    private static void OfStages(ModelBuilder model)
    {
        model.Entity<StageRow>(stage =>
        {
            stage.HasIndex(row => row.StageId).IsUnique();
            stage.HasIndex(row => row.TakenVersion).IsUnique();
            stage.HasIndex(row => new { row.PackageName, row.Version });
            stage.HasIndex(row => row.Sha512);
            stage.HasIndex(row => row.ReleaseSet);
            stage.HasIndex(row => row.ExpiresAt);
            stage.HasIndex(row => new { row.BindingId, row.ProjectId, row.RunId });
        });
        model.Entity<StageApprovalRow>(approval =>
        {
            approval.HasKey(row => new { row.StageId, row.PersonId });
            approval.HasOne<StageRow>().WithMany().HasForeignKey(row => row.StageId);
            approval.HasOne<PersonRow>().WithMany().HasForeignKey(row => row.PersonId);
        });
        model.Entity<CiIdentityRow>(identity =>
        {
            identity.HasKey(row => new { row.PersonId, row.BindingId });
            identity.HasOne<PersonRow>().WithMany().HasForeignKey(row => row.PersonId);
        });
    }

    private static void Trust(ModelBuilder model)
    {
        model.Entity<IssuerBindingRow>().HasIndex(row => row.EnabledIssuer).IsUnique();
        model.Entity<TrustPolicyRow>(policy =>
        {
            policy.HasIndex(row => row.Target);
            policy.HasIndex(row => row.Scope);
            policy.HasOne<IssuerBindingRow>().WithMany().HasForeignKey(row => row.BindingId);
        });
    }

    private static void Exchanges(ModelBuilder model)
    {
        model.Entity<PublishTokenRow>(token =>
        {
            token.HasIndex(row => row.Hash).IsUnique();
            token.HasIndex(row => row.ExpiresAt);
            token.HasIndex(row => new { row.BindingId, row.ProjectId, row.RunId });
        });
        model.Entity<FreezeRow>().HasIndex(row => row.LiftedAt);
        model.Entity<ReplayRow>(replay =>
        {
            replay.HasIndex(row => row.Key).IsUnique();
            replay.HasIndex(row => row.KeepUntil);
        });
        model.Entity<ExchangeAttemptRow>(attempt =>
        {
            attempt.HasIndex(row => new { row.PackageName, row.At });
            attempt.HasIndex(row => row.At);
        });
    }

    private static void Transparency(ModelBuilder model)
    {
        model.Entity<LogRow>().Property(row => row.Id).ValueGeneratedNever();
        model.Entity<LogLeafRow>(leaf =>
        {
            leaf.HasKey(row => row.Index);
            leaf.Property(row => row.Index).ValueGeneratedNever();
            leaf.HasIndex(row => new { row.Package, row.Version });
        });
        model.Entity<LogTileRow>().HasKey(row => new { row.Level, row.Index });
        model.Entity<LogCheckpointRow>(checkpoint =>
        {
            checkpoint.HasKey(row => row.Size);
            checkpoint.Property(row => row.Size).ValueGeneratedNever();
        });
        model.Entity<TufIssueRow>(issue =>
        {
            issue.HasKey(row => row.Version);
            issue.Property(row => row.Version).ValueGeneratedNever();
        });
        model.Entity<TufFileRow>().HasKey(row => row.Path);
        model.Entity<AttestationRow>(attestation =>
        {
            attestation.HasIndex(row => row.VersionId);
            attestation.HasOne<VersionRow>().WithMany().HasForeignKey(row => row.VersionId);
        });
    }

    private static void Upstream(ModelBuilder model)
    {
        model.Entity<OwnedNameRow>().HasKey(row => row.Name);
        model.Entity<UpstreamPackageRow>(package =>
        {
            package.HasKey(row => row.Name);
            package.HasIndex(row => row.Sha512);
        });
        model.Entity<UpstreamTarballRow>(tarball =>
        {
            tarball.HasKey(row => new { row.Name, row.Version });
            tarball.HasIndex(row => row.Sha512);
        });
        model.Entity<UpstreamAttestationsRow>(attestations =>
        {
            attestations.HasKey(row => new { row.Name, row.Version });
            attestations.HasIndex(row => row.Sha512);
        });
        model.Entity<UpstreamKeyRow>().HasKey(row => new { row.Registry, row.KeyId });
        model.Entity<UpstreamRulingRow>().HasIndex(row => row.LiftedAt);
        model.Entity<UpstreamRefusalRow>(refusal =>
        {
            refusal.HasIndex(row => new { row.Name, row.Version, row.Rule, row.Caller }).IsUnique();
            refusal.HasIndex(row => row.LastAt);
        });
        model.Entity<AdvisoryRow>().HasIndex(row => new { row.Import, row.Package, row.Advisory }).IsUnique();
    }

    private static void Notifications(ModelBuilder model)
    {
        model.Entity<JobRow>(job =>
        {
            job.HasIndex(row => row.DueAt);
            job.HasIndex(row => row.FinishedAt);
            job.HasIndex(row => row.DeadAt);
        });
        model.Entity<WebhookRow>().HasOne<PersonRow>().WithMany().HasForeignKey(row => row.OwnerId);
        model.Entity<WebhookDeliveryRow>(delivery =>
        {
            delivery.HasIndex(row => row.MessageId).IsUnique();
            delivery.HasIndex(row => new { row.WebhookId, row.Id });
            delivery.HasIndex(row => row.CreatedAt);
            delivery.HasOne<WebhookRow>().WithMany().HasForeignKey(row => row.WebhookId);
        });
        model.Entity<MailPreferenceRow>(preference =>
        {
            preference.HasKey(row => new { row.PersonId, row.Event });
            preference.HasOne<PersonRow>().WithMany().HasForeignKey(row => row.PersonId);
        });
    }

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(),
        milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
