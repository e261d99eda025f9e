using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Sealing;
using Assay.Server.Identity;
using Assay.Server.Notifications;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>What was forgotten.</summary>
internal sealed record ForgottenSecrets(int People, int Webhooks);

/// <summary>
/// For an operator whose key of sealed secrets is lost for good: forgets what nobody can open any more, so that people set up codes anew and webhooks get other secrets.
/// Whoever had codes alone is asked for no second factor until then, so it is refused while the key opens anything.
/// </summary>
internal sealed class ForgetSecrets(SecretSeal seal, CommitQueue commits)
{
    private const string Why = "The key that its secret was sealed with is lost. Give it another secret (rotate), then resume it.";

    public async Task<(ForgottenSecrets? Done, JsonAnswer? Denial)> RunAsync(CancellationToken cancellationToken)
    {
        if (await seal.ProblemAsync(cancellationToken) is not { } problem)
        {
            return (null, NpmError.Conflict("The key of sealed secrets is there and opens them, or nothing was ever sealed. There is nothing to forget.", "secrets-not-lost"));
        }
        var done = await commits.RunAsync(async (commit, stop) =>
        {
            var people = await ForgetCodesAsync(commit, stop);
            var webhooks = await StopWebhooksAsync(commit, stop);
            (await commit.Db.State.SingleAsync(stop)).SecretsKeyId = null;
            commit.Record(Actor.Operator, "secrets.forgotten", "registry", $"{people} people's codes, {webhooks} webhooks. {problem}");
            return new ForgottenSecrets(people, webhooks);
        }, cancellationToken);
        seal.Forget();
        return (done, null);
    }

    private static async Task<int> ForgetCodesAsync(Commit commit, CancellationToken cancellationToken)
    {
        var people = await commit.Db.People.Where(person => commit.Db.Totps.Any(totp => totp.PersonId == person.Id && totp.ConfirmedAt != null))
            .Select(person => new { person.Id, person.Name, HasPasskey = commit.Db.Passkeys.Any(passkey => passkey.PersonId == person.Id) }).ToListAsync(cancellationToken);
        await commit.Db.Totps.ExecuteDeleteAsync(cancellationToken);
        foreach (var person in people)
        {
            await WebSessions.EndAllAsync(commit, person.Id, butKey: null, cancellationToken);
            if (!person.HasPasskey)
            {
                await commit.Db.RecoveryCodes.Where(row => row.PersonId == person.Id).ExecuteDeleteAsync(cancellationToken);
            }
            commit.Record(Actor.Operator, "factors.reset", person.Name, "codes of an app; the key to them is lost");
        }
        return people.Count;
    }

    private static async Task<int> StopWebhooksAsync(Commit commit, CancellationToken cancellationToken)
    {
        var rows = await commit.Db.Webhooks.ToListAsync(cancellationToken);
        foreach (var row in rows)
        {
            (row.Secret, row.FormerSecret, row.FormerUntil) = ([], null, null);
            if (row.StoppedAt is null)
            {
                (row.StoppedAt, row.StoppedWhy) = (commit.Now, Why);
            }
        }
        commit.Changed(Listeners.ChangeKey);
        return rows.Count;
    }
}
