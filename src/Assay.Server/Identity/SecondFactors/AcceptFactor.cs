using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Data.Sealing;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>Takes a person's second factor, once: what was taken is written in the same commit, and nothing is taken that an earlier commit took.</summary>
internal static class AcceptFactor
{
    private const string WrongCode = "That code is not right. A code is good once: wait for your app's next one, or use a recovery code.";

    /// <summary>For a sign-in: who has no second factor goes on with the password alone, everybody else gives one.</summary>
    public static async Task<FactorVerdict> RunIfEnrolledAsync(
        Commit commit, SecretKey? key, long personId, FactorAnswer? answer, Actor actor, CancellationToken cancellationToken)
    {
        if (!(await FactorState.OfAsync(commit.Db, personId, cancellationToken)).IsEnrolled)
        {
            return new FactorVerdict.Accepted("the password alone");
        }
        return answer is null
            ? new FactorVerdict.Refused("Give your second factor as well: a code from your app, a recovery code, or a passkey.")
            : await RunAsync(commit, key, personId, answer, actor, cancellationToken);
    }

    /// <param name="commit">Where it is taken.</param>
    /// <param name="key">Needed for codes.</param>
    /// <param name="personId">Whose it has to be.</param>
    /// <param name="answer">What was shown.</param>
    /// <param name="actor">Who is recorded.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static Task<FactorVerdict> RunAsync(Commit commit, SecretKey? key, long personId, FactorAnswer answer, Actor actor, CancellationToken cancellationToken) => answer switch
    {
        FactorAnswer.Code { Text: var text } => RecoveryCodes.Plain(text) is var code && FactorKey.IsOfAnApp(code)
            ? TotpAsync(commit, key!, personId, code, cancellationToken)
            : RecoveryCodeAsync(commit, personId, code, actor, cancellationToken),
        FactorAnswer.Passkey passkey => PasskeyAsync(commit, personId, passkey, actor, cancellationToken),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static async Task<FactorVerdict> TotpAsync(Commit commit, SecretKey key, long personId, string code, CancellationToken cancellationToken)
    {
        var row = await commit.Db.Totps.SingleOrDefaultAsync(totp => totp.PersonId == personId && totp.ConfirmedAt != null, cancellationToken);
        if (row is null)
        {
            return new FactorVerdict.Wrong(WrongCode);
        }
        if (Totp.Accept(TotpSecret.Open(key, row), code, commit.Now, row.LastStep) is not { } step)
        {
            return new FactorVerdict.Wrong(WrongCode);
        }
        row.LastStep = step;
        return new FactorVerdict.Accepted("a code");
    }

    private static async Task<FactorVerdict> RecoveryCodeAsync(Commit commit, long personId, string code, Actor actor, CancellationToken cancellationToken)
    {
        var hash = Capability.Hash(code);
        var row = RecoveryCodes.IsOne(code)
            ? await commit.Db.RecoveryCodes.SingleOrDefaultAsync(found => found.PersonId == personId && found.Hash == hash && found.UsedAt == null, cancellationToken)
            : null;
        if (row is null)
        {
            return new FactorVerdict.Wrong(WrongCode);
        }
        row.UsedAt = commit.Now;
        var left = await commit.Db.RecoveryCodes.CountAsync(found => found.PersonId == personId && found.UsedAt == null, cancellationToken) - 1;
        commit.Record(actor, "recovery-code.used", actor.Name, $"{left} left");
        return new FactorVerdict.Accepted("a recovery code");
    }

    private static async Task<FactorVerdict> PasskeyAsync(
        Commit commit, long personId, FactorAnswer.Passkey answer, Actor actor, CancellationToken cancellationToken)
    {
        var row = await commit.Db.Passkeys.SingleOrDefaultAsync(passkey => passkey.PersonId == personId && passkey.CredentialId == answer.CredentialId, cancellationToken);
        if (row is null || answer.PersonId != personId || answer.ExpiresAt < commit.Now || !await SpendAsync(commit, answer, cancellationToken))
        {
            return new FactorVerdict.Refused("That passkey's answer does not count any more. Load the page again.");
        }
        // Not above the last: somebody may have a copy of the key (Web Authentication section 6.1.1). Those that do not count stay at zero.
        if (answer.SignCount <= row.SignCount && (answer.SignCount, row.SignCount) is not (0, 0))
        {
            commit.Record(actor, "passkey.clone-suspected", actor.Name, $"{row.Name}: counter {answer.SignCount} after {row.SignCount}");
            return new FactorVerdict.Refused($"The counter of your passkey '{row.Name}' went back, as that of a copy would. Use another factor, and replace this one.");
        }
        row.SignCount = answer.SignCount;
        row.IsBackedUp = answer.IsBackedUp;
        row.LastUsedAt = commit.Now;
        return new FactorVerdict.Accepted($"the passkey '{row.Name}'");
    }

    private static async Task<bool> SpendAsync(Commit commit, FactorAnswer.Passkey answer, CancellationToken cancellationToken)
    {
        await commit.Db.SpentCeremonies.Where(row => row.ExpiresAt < commit.Now).ExecuteDeleteAsync(cancellationToken);
        if (await commit.Db.SpentCeremonies.AnyAsync(row => row.Hash == answer.Ceremony, cancellationToken))
        {
            return false;
        }
        commit.Db.SpentCeremonies.Add(new SpentCeremonyRow { Hash = answer.Ceremony, ExpiresAt = answer.ExpiresAt });
        return true;
    }
}
