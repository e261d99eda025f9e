using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.Evaluation;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>What owners see of exchanges afterwards: every grant, and refusals claim by claim.</summary>
internal sealed partial class Attempts(CommitQueue commits, IOptions<TrustedPublishingOptions> options, ILogger<Attempts> logger)
{
    private const int MostAtOnce = 64;
    private int underWay;

    /// <summary>In the commit that mints.</summary>
    public static Task AddGrantAsync(
        Commit commit, PackageName package, VerifiedClaims claims, Decision.Granted granted, string address, CancellationToken cancellationToken) =>
        commit.Db.Database.ExecuteSqlAsync($"""
            INSERT INTO "ExchangeAttempts" ("At", "PackageName", "Issuer", "BindingId", "Text", "Recital", "IsKnownProject", "PolicyId", "Comparisons", "Address")
            VALUES ({commit.Now.ToUnixTimeMilliseconds()}, {package.Value}, {claims.Issuer}, {claims.Binding.Id}, {"granted"}, {claims.Recital}, {true}, {granted.Policy.Id}, {"[]"}, {address})
            """, cancellationToken);

    /// <summary>Refusals do not wait for the disk, and a flood of them is not written at all: nobody can use them to slow down publishes.</summary>
    public void NoteRefusal(PackageName package, VerifiedClaims? claims, string issuer, Refusal refusal, Decision.Refused? decision, string address)
    {
        if (Interlocked.Increment(ref underWay) > MostAtOnce)
        {
            Interlocked.Decrement(ref underWay);
            return;
        }
        _ = WriteAsync(Row(package, claims, issuer, refusal, decision, address), isStranger: decision is not { IdentityMatched: true });
    }

    private async Task WriteAsync(ExchangeAttemptRow row, bool isStranger)
    {
        try
        {
            await commits.RunAsync(async (commit, stop) =>
            {
                // Nobody owns a name that does not exist, so nobody would ever look.
                var isKept = await commit.Db.Packages.AnyAsync(package => package.Name == row.PackageName, stop)
                    && !(isStranger && await StrangersOfLastHourAsync(commit, row.PackageName, stop) >= options.Value.StrangerAttemptsPerHour);
                if (isKept)
                {
                    row.At = commit.Now;
                    commit.Db.ExchangeAttempts.Add(row);
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
            Interlocked.Decrement(ref underWay);
        }
    }

    private static Task<int> StrangersOfLastHourAsync(Commit commit, string package, CancellationToken cancellationToken)
    {
        var since = commit.Now.AddHours(-1);
        return commit.Db.ExchangeAttempts.CountAsync(
            row => row.PackageName == package && row.At > since && row.RefusalCode != null && !row.IsKnownProject, cancellationToken);
    }

    private static ExchangeAttemptRow Row(
        PackageName package, VerifiedClaims? claims, string issuer, Refusal refusal, Decision.Refused? decision, string address) => new()
        {
            PackageName = package.Value,
            Issuer = issuer,
            BindingId = claims?.Binding.Id,
            RefusalCode = refusal.Code,
            Text = refusal.PublicText,
            Recital = claims?.Recital ?? "",
            IsKnownProject = decision is { IdentityMatched: true },
            Comparisons = Describe(decision).ToJsonString(),
            Address = address,
        };

    private static JsonArray Describe(Decision.Refused? decision) => new([.. (decision?.Trials ?? []).Select(trial => new JsonObject
    {
        ["policy"] = trial.Policy.Id,
        ["identity"] = trial.Identity.ToString().ToLowerInvariant(),
        ["fields"] = new JsonArray([.. trial.Comparisons.Select(comparison => new JsonObject
        {
            ["field"] = comparison.Field,
            ["claim"] = comparison.Claim,
            ["expected"] = comparison.Expected,
            ["actual"] = comparison.Actual,
            ["matched"] = comparison.Matched,
            ["code"] = comparison.Matched ? null : comparison.Code,
        })]),
    })]);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A refused exchange could not be kept for the package's owners")]
    private partial void NotKept(Exception failure);
}
