using System.Linq.Expressions;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// Ends exchanged tokens before their time, in the commit of what ended their reason; each answers how many. Used publish tokens stay: all
/// that is left to them is to have their publish repeated.
/// </summary>
internal static class RevokeTokens
{
    private const string OnlyReads = "read";

    /// <summary>Its holder gave it up.</summary>
    public static Task<int> OneAsync(Commit commit, long tokenId, CancellationToken cancellationToken) =>
        RevokeAsync(commit, row => row.Id == tokenId, cancellationToken);

    /// <summary>A policy ended.</summary>
    public static Task<int> OfPolicyAsync(Commit commit, string policyId, CancellationToken cancellationToken) =>
        RevokeAsync(commit, row => ("\n" + row.Policies + "\n").Contains("\n" + policyId + "\n"), cancellationToken);

    /// <summary>The sentence for whoever did it.</summary>
    public static string Told(int revoked) => revoked == 0 ? "" : $" {revoked} exchanged tokens were revoked.";

    /// <summary>An issuer binding was disabled or removed, or understands its tokens otherwise.</summary>
    public static Task<int> OfBindingAsync(Commit commit, string bindingId, CancellationToken cancellationToken) =>
        RevokeAsync(commit, row => row.BindingId == bindingId, cancellationToken);

    /// <summary>A freeze came: those that could still write. Reading goes on.</summary>
    public static Task<int> FrozenAsync(Commit commit, FreezeSubject subject, CancellationToken cancellationToken) =>
        RevokeAsync(commit, Live(commit).Where(row => row.Actions != OnlyReads).Where(subject.Concerns), cancellationToken);

    /// <summary>An incident took them, used ones too: the publish that they would have repeated is quarantined.</summary>
    public static Task<int> TheseAsync(Commit commit, IQueryable<PublishTokenRow> tokens, CancellationToken cancellationToken) =>
        RevokeAsync(commit, tokens, cancellationToken);

    /// <summary>An issuer binding may speak for these names only: tokens for any other end.</summary>
    public static async Task<int> OutsideAsync(
        Commit commit, string bindingId, IReadOnlyList<NamePattern> names, CancellationToken cancellationToken)
    {
        var outside = (await NamesAsync(commit, cancellationToken))
            .Where(token => !token.Names.All(name => names.Any(pattern => pattern.Covers(name)))).Select(token => token.Id).ToList();
        return await RevokeAsync(commit, row => row.BindingId == bindingId && outside.Contains(row.Id), cancellationToken);
    }

    /// <summary>A deny began: tokens for anything that it speaks of have to be exchanged anew, because only then it can be asked.</summary>
    /// <param name="commit">Its commit.</param>
    /// <param name="target">The names that it speaks of.</param>
    /// <param name="bindingId">The issuer that it speaks of; null for every one.</param>
    /// <param name="actions">What it denies.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<int> OverlappingAsync(
        Commit commit, NamePattern target, string? bindingId, TrustActions actions, CancellationToken cancellationToken)
    {
        var overlapping = (await NamesAsync(commit, cancellationToken))
            .Where(token => (token.Actions & actions) != TrustActions.None && token.Names.Any(name => name.Overlaps(target)))
            .Select(token => token.Id).ToList();
        return await RevokeAsync(commit, row => overlapping.Contains(row.Id) && (bindingId == null || row.BindingId == bindingId), cancellationToken);
    }

    /// <summary>
    /// A package got a policy of its own, or ceased to inherit: what was granted for its name by a wider policy would not be any more. Tokens
    /// for patterns live on, but do not read it.
    /// </summary>
    public static async Task<int> ShutOutAsync(Commit commit, NamePattern package, CancellationToken cancellationToken)
    {
        var granted = (await NamesAsync(commit, cancellationToken)).Where(token => token.GrantedFor(package) is not null).ToList();
        var policies = granted.Select(token => token.GrantedFor(package)).Distinct().ToList();
        var wider = await commit.Db.TrustPolicies
            .Where(row => row.IsPattern && policies.Contains(row.Id)).Select(row => row.Id).ToListAsync(cancellationToken);
        var shutOut = granted.Where(token => wider.Contains(token.GrantedFor(package)!)).Select(token => token.Id).ToList();
        return await RevokeAsync(commit, row => shutOut.Contains(row.Id), cancellationToken);
    }

    private static Task<int> RevokeAsync(Commit commit, Expression<Func<PublishTokenRow, bool>> which, CancellationToken cancellationToken) =>
        RevokeAsync(commit, Live(commit).Where(which), cancellationToken);

    private static async Task<int> RevokeAsync(Commit commit, IQueryable<PublishTokenRow> tokens, CancellationToken cancellationToken)
    {
        var revoked = await tokens.ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, commit.Now), cancellationToken);
        if (revoked > 0)
        {
            commit.Changed(Credential.AllChanged);
        }
        return revoked;
    }

    private static async Task<List<Named>> NamesAsync(Commit commit, CancellationToken cancellationToken)
    {
        var rows = await Live(commit).Select(row => new { row.Id, row.Names, row.Policies, row.Actions }).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new Named(row.Id, ExchangedTokens.NamesOf(row.Names), row.Policies.Split('\n'), ActionsOf(row.Actions)))];
    }

    // What cannot be read is taken for everything.
    private static TrustActions ActionsOf(string names) => TrustActionNames.TryParse(names.Split(','), out var actions) ? actions : (TrustActions)(-1);

    private static IQueryable<PublishTokenRow> Live(Commit commit) =>
        commit.Db.PublishTokens.Where(row => row.RevokedAt == null && row.UsedAt == null && row.ExpiresAt > commit.Now);

    private sealed record Named(long Id, IReadOnlyList<NamePattern> Names, IReadOnlyList<string> Policies, TrustActions Actions)
    {
        /// <summary>The policy that stood for this very name, if it was asked for by itself.</summary>
        public string? GrantedFor(NamePattern package) =>
            Enumerable.Range(0, Math.Min(Names.Count, Policies.Count)).Where(at => Names[at] == package).Select(at => Policies[at]).FirstOrDefault();
    }
}
