using Assay.Npm;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>How many ended.</summary>
internal sealed record EndedSignIns(int Tokens, int Browsers)
{
    public override string ToString() => $"{Tokens} sign-ins and {Browsers} browsers ended";
}

/// <summary>Ends where somebody is signed in, in the commit of what calls for it.</summary>
internal static class EndSignIns
{
    /// <summary>Sign-ins in terminals and browsers, but for the one that asks for it.</summary>
    public static Task<EndedSignIns> RunAsync(Commit commit, long personId, long? butToken, string? butBrowser, CancellationToken cancellationToken) =>
        RunAsync(commit, personId, butToken, butBrowser, withMadeTokens: false, cancellationToken);

    /// <summary>Everything, tokens that were made for something else too.</summary>
    public static Task<EndedSignIns> EverythingAsync(Commit commit, long personId, CancellationToken cancellationToken) =>
        RunAsync(commit, personId, butToken: null, butBrowser: null, withMadeTokens: true, cancellationToken);

    private static async Task<EndedSignIns> RunAsync(
        Commit commit, long personId, long? butToken, string? butBrowser, bool withMadeTokens, CancellationToken cancellationToken)
    {
        var tokens = await commit.Db.AccessTokens
            .Where(row => row.PersonId == personId && (row.IsSignIn || withMadeTokens) && row.RevokedAt == null && row.Id != butToken)
            .ToListAsync(cancellationToken);
        foreach (var token in tokens)
        {
            token.RevokedAt = commit.Now;
            commit.Changed(Credential.ChangeKey(TokenHash.FromBytes(token.Hash)));
        }
        // Confirmed in a browser and not collected yet: it would become a token after this.
        await commit.Db.WebLogins.Where(row => row.ConfirmedBy == personId && row.CollectedAt == null).ExecuteDeleteAsync(cancellationToken);
        var browsers = await WebSessions.EndAllAsync(commit, personId, butBrowser, cancellationToken);
        return new EndedSignIns(tokens.Count, browsers);
    }
}
