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
    public DbSet<PersonRow> People => Set<PersonRow>();
    public DbSet<AccessTokenRow> AccessTokens => Set<AccessTokenRow>();
    public DbSet<WebLoginRow> WebLogins => Set<WebLoginRow>();
    public DbSet<PackageRow> Packages => Set<PackageRow>();
    public DbSet<PackageOwnerRow> PackageOwners => Set<PackageOwnerRow>();
    public DbSet<VersionRow> Versions => Set<VersionRow>();
    public DbSet<DistTagRow> DistTags => Set<DistTagRow>();
    public DbSet<IssuerBindingRow> IssuerBindings => Set<IssuerBindingRow>();
    public DbSet<TrustPolicyRow> TrustPolicies => Set<TrustPolicyRow>();
    public DbSet<PublishTokenRow> PublishTokens => Set<PublishTokenRow>();
    public DbSet<ReplayRow> Replays => Set<ReplayRow>();
    public DbSet<ExchangeAttemptRow> ExchangeAttempts => Set<ExchangeAttemptRow>();

    /// <summary>A reading transaction in which everything is of one moment and nobody is held up.</summary>
    public abstract Task<IDbContextTransaction> BeginSnapshotAsync(CancellationToken cancellationToken = default);

    /// <summary>A writing transaction that is alone among all nodes until it ends: what an operation decides on still holds when it writes.</summary>
    public abstract Task<IDbContextTransaction> BeginWriteAsync(CancellationToken cancellationToken = default);

    // SQLite can neither sort nor compare DateTimeOffset, so both databases store UTC as Unix milliseconds: npm's own precision.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<RegistryStateRow>(state => state.Property(row => row.Id).ValueGeneratedNever());
        modelBuilder.Entity<ChangeRow>(change => change.HasKey(row => new { row.Revision, row.Key }));
        modelBuilder.Entity<AuditEventRow>(audit => audit.HasIndex(row => row.At));
        Identity(modelBuilder);
        Contents(modelBuilder);
        Trust(modelBuilder);
        Exchanges(modelBuilder);
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

    private static void Contents(ModelBuilder model)
    {
        model.Entity<PackageRow>().HasIndex(row => row.Name).IsUnique();
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
            version.HasOne<PackageRow>().WithMany().HasForeignKey(row => row.PackageId);
        });
        model.Entity<DistTagRow>(tag =>
        {
            tag.HasKey(row => new { row.PackageId, row.Tag });
            tag.HasOne<PackageRow>().WithMany().HasForeignKey(row => row.PackageId);
        });
    }

    private static void Trust(ModelBuilder model)
    {
        model.Entity<IssuerBindingRow>().HasIndex(row => row.EnabledIssuer).IsUnique();
        model.Entity<TrustPolicyRow>(policy =>
        {
            policy.HasIndex(row => row.PackageId);
            policy.HasOne<PackageRow>().WithMany().HasForeignKey(row => row.PackageId);
            policy.HasOne<IssuerBindingRow>().WithMany().HasForeignKey(row => row.BindingId);
        });
    }

    private static void Exchanges(ModelBuilder model)
    {
        model.Entity<PublishTokenRow>(token =>
        {
            token.HasIndex(row => row.Hash).IsUnique();
            token.HasIndex(row => row.ExpiresAt);
        });
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

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(),
        milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
