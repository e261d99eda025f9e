using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.Bindings;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>What owners see of exchanges afterwards: every grant, and refusals claim by claim.</summary>
internal sealed partial class Attempts(
    CommitQueue commits, StrangerCaps caps, IOptions<TrustedPublishingOptions> options, ILogger<Attempts> logger)
{
    private const int MostOfStrangers = 64;
    private const int MostOfProjects = 512;

    // Apart, so that strangers cannot take the place of what owners look for.
    private readonly Room ofStrangers = new(MostOfStrangers);
    private readonly Room ofProjects = new(MostOfProjects);

    /// <summary>In the commit that mints.</summary>
    public static Task AddGrantAsync(Commit commit, GrantedName granted, Grant grant, CancellationToken cancellationToken) =>
        commit.Db.Database.ExecuteSqlAsync($"""
            INSERT INTO "ExchangeAttempts" ("At", "PackageName", "Action", "Issuer", "BindingId", "Text", "Recital", "IsKnownProject", "PolicyId", "Comparisons", "Claims", "Address")
            VALUES (
                {commit.Now.ToUnixTimeMilliseconds()}, {granted.Name.Text}, {string.Join(',', granted.Decision.Actions.Names())}, {grant.Claims.Issuer}, {grant.Claims.Binding.Id},
                {Granted(granted.Decision)}, {grant.Claims.Recital}, {true}, {granted.PolicyId}, {"{}"}, {grant.KeptClaims}, {grant.Address})
            """, cancellationToken);

    /// <summary>A renamed project keeps working; its owners see the new name here.</summary>
    private static string Granted(Decision.Granted decision) =>
        decision.Renames.Count == 0 ? "granted" : $"granted; {string.Join("; ", decision.Renames)}";

    /// <summary>Refusals do not wait for the disk, and a flood of them is not written at all: nobody can use them to slow down publishes.</summary>
    public void Note(RefusedAttempt attempt)
    {
        if (attempt.Issuer.Length == 0 || !caps.TryTake(attempt))
        {
            return;
        }
        var room = attempt.Presenter is Presenter.Stranger ? ofStrangers : ofProjects;
        if (room.TryEnter())
        {
            _ = WriteAsync(attempt, room);
        }
    }

    private async Task WriteAsync(RefusedAttempt attempt, Room room)
    {
        try
        {
            var row = AttemptRows.Of(attempt);
            await commits.RunAsync(async (commit, stop) =>
            {
                if (await IsKeptAsync(commit, row, attempt.Presenter, stop))
                {
                    row.At = commit.Now;
                    commit.Db.ExchangeAttempts.Add(row);
                    await OtherIdsAlert.RaiseAsync(commit, attempt, stop);
                }
                return true;
            }, CancellationToken.None);
        }
        catch (Exception failure)
        {
            NotKept(failure);
        }
        finally
        {
            room.Leave();
        }
    }

    private async Task<bool> IsKeptAsync(Commit commit, ExchangeAttemptRow row, Presenter presenter, CancellationToken cancellationToken)
    {
        var exists = await commit.Db.Packages.AnyAsync(package => package.Name == row.PackageName, cancellationToken);
        if (!exists && !await IsCoveredAsync(commit, row.PackageName, cancellationToken))
        {
            // Nobody owns such a name and no policy speaks of it, so nobody would ever look.
            return false;
        }
        if (presenter is Presenter.Project)
        {
            return true;
        }
        var lately = Lately(commit, presenter is Presenter.TokenHolder);
        var beside = exists ? lately.Where(other => other.PackageName == row.PackageName) : OfNamesToCome(lately, commit.Db, row.PackageName);
        return await beside.CountAsync(cancellationToken) < options.Value.StrangerAttemptsPerHour;
    }

    /// <summary>A policy of its scope speaks of the name, so that administrators want to know who is refused for it.</summary>
    private static async Task<bool> IsCoveredAsync(Commit commit, string name, CancellationToken cancellationToken)
    {
        if (!NamePattern.TryParse(name, out var asked) || asked.Scope.Length < 2)
        {
            return false;
        }
        var targets = await commit.Db.TrustPolicies
            .Where(policy => policy.IsPattern && policy.Scope == asked.Scope && (policy.EndsAt == null || policy.EndsAt > commit.Now))
            .Select(policy => policy.Target).Distinct().ToListAsync(cancellationToken);
        return targets.Exists(target => NamePattern.TryParse(target, out var covering) && covering.Overlaps(asked));
    }

    private static IQueryable<ExchangeAttemptRow> Lately(Commit commit, bool isKnownProject)
    {
        var since = commit.Now.AddHours(-1);
        return commit.Db.ExchangeAttempts.Where(row => row.At > since && row.RefusalCode != null && row.IsKnownProject == isKnownProject);
    }

    /// <summary>All names of a scope that do not exist share one cap: there is no end of them.</summary>
    private static IQueryable<ExchangeAttemptRow> OfNamesToCome(IQueryable<ExchangeAttemptRow> rows, RegistryDb db, string name)
    {
        var scope = name[..(name.IndexOf('/', StringComparison.Ordinal) + 1)];
        return rows.Where(row => row.PackageName.StartsWith(scope) && !db.Packages.Any(package => package.Name == row.PackageName));
    }

    private sealed class Room(int most)
    {
        private int inside;

        public bool TryEnter()
        {
            if (Interlocked.Increment(ref inside) <= most)
            {
                return true;
            }
            Leave();
            return false;
        }

        public void Leave() => Interlocked.Decrement(ref inside);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A refused exchange could not be kept for the package's owners")]
    private partial void NotKept(Exception failure);
}
