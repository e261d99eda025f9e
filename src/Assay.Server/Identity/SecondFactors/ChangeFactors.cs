using System.Security.Cryptography;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Data.Sealing;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>Whose account is changed, and by whom.</summary>
internal sealed record OwnAccount(long PersonId, string PersonName, string Address)
{
    public Actor Actor => new(PersonName, Address);

    public static OwnAccount Of(Caller.Member member) => new(member.PersonId, member.PersonName, member.Address);
}

/// <summary>Recovery codes to be shown this one time (none when those of before stay), or what was wrong.</summary>
internal sealed record FactorChange(IReadOnlyList<string> RecoveryCodes, string? Problem = null, string Code = "")
{
    public static FactorChange Done { get; } = new([]);

    public static FactorChange No(string code, string text) => new([], text, code);
}

/// <summary>Adds and removes second factors. That the person may is proved before.</summary>
internal sealed class ChangeFactors(RegistryDbSource source, CommitQueue commits, SecretSeal seal, SecondFactorRule rule, PublicUrl url)
{
    private const int MostPasskeys = 20;
    private const int LongestName = 60;
    private static readonly TimeSpan SetupPatience = TimeSpan.FromMinutes(30);

    /// <summary>The address for the person's app, or null when codes are on already. Nothing is asked for before a first code was shown.</summary>
    public async Task<string?> BeginTotpAsync(OwnAccount account, CancellationToken cancellationToken)
    {
        var key = await seal.KeyAsync(cancellationToken);
        var secret = RandomNumberGenerator.GetBytes(Totp.SecretBytes);
        return await commits.RunAsync(async (commit, stop) =>
        {
            if (await commit.Db.Totps.AnyAsync(row => row.PersonId == account.PersonId && row.ConfirmedAt != null, stop))
            {
                return null;
            }
            await commit.Db.Totps.Where(row => row.PersonId == account.PersonId).ExecuteDeleteAsync(stop);
            commit.Db.Totps.Add(TotpSecret.New(key, account.PersonId, secret, commit.Now));
            return Totp.AddressOf(secret, url.Base.IdnHost, account.PersonName);
        }, cancellationToken);
    }

    /// <summary>The secret that was begun, for a page that is shown again; null when there is none.</summary>
    public async Task<string?> PendingTotpAsync(OwnAccount account, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var row = await db.Totps.SingleOrDefaultAsync(totp => totp.PersonId == account.PersonId && totp.ConfirmedAt == null, cancellationToken);
        return row is null
            ? null
            : Totp.AddressOf(TotpSecret.Open(await seal.KeyAsync(cancellationToken), row), url.Base.IdnHost, account.PersonName);
    }

    public async Task<FactorChange> ConfirmTotpAsync(OwnAccount account, string code, CancellationToken cancellationToken)
    {
        var key = await seal.KeyAsync(cancellationToken);
        var codes = RecoveryCodes.New();
        return await commits.RunAsync(async (commit, stop) =>
        {
            var row = await commit.Db.Totps.SingleOrDefaultAsync(totp => totp.PersonId == account.PersonId && totp.ConfirmedAt == null, stop);
            if (row is null || row.CreatedAt + SetupPatience < commit.Now)
            {
                return FactorChange.No("no-pending-setup", "No set-up of codes is under way, or it took too long. Begin again.");
            }
            if (Totp.Accept(TotpSecret.Open(key, row), RecoveryCodes.Plain(code), commit.Now, row.LastStep) is not { } step)
            {
                return FactorChange.No("otp-wrong", "That is not the code that your app shows now. Look at the clock of the device, and try again.");
            }
            row.LastStep = step;
            row.ConfirmedAt = commit.Now;
            await RecoveryCodes.ReplaceAsync(commit, account.PersonId, codes, stop);
            commit.Record(account.Actor, "factor.added", account.PersonName, "codes of an app");
            return new FactorChange(codes);
        }, cancellationToken);
    }

    /// <summary>A set-up that was begun and not finished; it never protected anything.</summary>
    public Task ForgetPendingTotpAsync(OwnAccount account, CancellationToken cancellationToken) => commits.RunAsync(
        (commit, stop) => commit.Db.Totps.Where(row => row.PersonId == account.PersonId && row.ConfirmedAt == null).ExecuteDeleteAsync(stop), cancellationToken);

    public Task<FactorChange> RemoveTotpAsync(OwnAccount account, CancellationToken cancellationToken) => RemoveAsync(account, async (commit, stop) =>
        await commit.Db.Totps.Where(row => row.PersonId == account.PersonId && row.ConfirmedAt != null).ExecuteDeleteAsync(stop) > 0 ? "codes of an app" : null, cancellationToken);

    public Task<FactorChange> AddPasskeyAsync(OwnAccount account, string name, MadePasskey made, CancellationToken cancellationToken)
    {
        var shown = name.Trim() is { Length: > 0 } given ? given : "passkey";
        var codes = RecoveryCodes.New();
        return commits.RunAsync(async (commit, stop) =>
        {
            var factors = await FactorState.OfAsync(commit.Db, account.PersonId, stop);
            if (shown.Length > LongestName || shown.Any(char.IsControl) || factors.Passkeys >= MostPasskeys)
            {
                return FactorChange.No("bad-request", $"A passkey's name has at most {LongestName} characters, and a person has at most {MostPasskeys} of them.");
            }
            if (await commit.Db.Passkeys.AnyAsync(row => row.CredentialId == made.CredentialId, stop))
            {
                return FactorChange.No("conflict", "That passkey is known already.");
            }
            commit.Db.Passkeys.Add(RowOf(account.PersonId, shown, made, commit.Now));
            commit.Record(account.Actor, "factor.added", account.PersonName, $"passkey '{shown}'");
            if (factors.RecoveryCodes > 0)
            {
                return FactorChange.Done;
            }
            await RecoveryCodes.ReplaceAsync(commit, account.PersonId, codes, stop);
            return new FactorChange(codes);
        }, cancellationToken);
    }

    public Task<FactorChange> RemovePasskeyAsync(OwnAccount account, long id, CancellationToken cancellationToken) => RemoveAsync(account, async (commit, stop) =>
    {
        var name = await commit.Db.Passkeys.Where(row => row.PersonId == account.PersonId && row.Id == id).Select(row => row.Name).SingleOrDefaultAsync(stop);
        await commit.Db.Passkeys.Where(row => row.PersonId == account.PersonId && row.Id == id).ExecuteDeleteAsync(stop);
        return name is null ? null : $"passkey '{name}'";
    }, cancellationToken);

    public Task<FactorChange> RenewRecoveryCodesAsync(OwnAccount account, CancellationToken cancellationToken)
    {
        var codes = RecoveryCodes.New();
        return commits.RunAsync(async (commit, stop) =>
        {
            if (!(await FactorState.OfAsync(commit.Db, account.PersonId, stop)).IsEnrolled)
            {
                return FactorChange.No("second-factor-needed", "Recovery codes are for when a second factor is lost, and you have none yet.");
            }
            await RecoveryCodes.ReplaceAsync(commit, account.PersonId, codes, stop);
            commit.Record(account.Actor, "recovery-codes.made", account.PersonName);
            return new FactorChange(codes);
        }, cancellationToken);
    }

    /// <summary>Null when one may go; asked before a person is bothered for a code, and again in the commit.</summary>
    public FactorChange? RefuseLast(FactorState factors) => rule.IsRequired && (factors.HasTotp ? 1 : 0) + factors.Passkeys <= 1
        ? FactorChange.No("last-factor", "This registry requires a second factor, and this is your last one. Add another first.")
        : null;

    private Task<FactorChange> RemoveAsync(OwnAccount account, Func<Commit, CancellationToken, Task<string?>> remove, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            var before = await FactorState.OfAsync(commit.Db, account.PersonId, stop);
            if (RefuseLast(before) is { } refused)
            {
                return refused;
            }
            if (await remove(commit, stop) is not { } removed)
            {
                return FactorChange.No("not-found", "You have no such factor.");
            }
            commit.Record(account.Actor, "factor.removed", account.PersonName, removed);
            if (!(await FactorState.OfAsync(commit.Db, account.PersonId, stop)).IsEnrolled)
            {
                await commit.Db.RecoveryCodes.Where(row => row.PersonId == account.PersonId).ExecuteDeleteAsync(stop);
            }
            return FactorChange.Done;
        }, cancellationToken);

    private static PasskeyRow RowOf(long personId, string name, MadePasskey made, DateTimeOffset now) => new()
    {
        PersonId = personId,
        Name = name,
        CredentialId = made.CredentialId,
        PublicKey = made.PublicKey,
        SignCount = made.SignCount,
        Transports = string.Join(',', made.Transports.Where(transport => transport.All(character => char.IsAsciiLetter(character) || character == '-'))),
        IsBackupEligible = made.IsBackupEligible,
        IsBackedUp = made.IsBackedUp,
        CreatedAt = now,
    };
}
