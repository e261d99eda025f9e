using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Identity;

namespace Assay.Server.TrustedPublishing;

/// <summary>A job that is done before its token is ends the very token that it presents. It needs no other right: whoever has a token may end it.</summary>
internal static class RevokePresented
{
    public static void MapRevokePresented(this IEndpointRouteBuilder app) => app.MapDelete("/-/assay/v1/oidc/token", RevokeAsync);

    private static async Task<IResult> RevokeAsync(Caller caller, CommitQueue commits, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Workload workload)
        {
            return caller is Caller.Member
                ? NpmError.Forbidden("Here a job ends its exchanged token. Access tokens are ended with `npm token revoke`.", "exchanged-token-only")
                : Denials.SignInNeeded(caller);
        }
        await commits.RunAsync((commit, stop) => EndAsync(commit, workload, stop), cancellationToken);
        return Results.NoContent();
    }

    // One that has published stays: it only answers the repeat of that publish, and a client that never saw the answer may need it.
    private static async Task<bool> EndAsync(Commit commit, Caller.Workload caller, CancellationToken cancellationToken)
    {
        if (await RevokeTokens.OneAsync(commit, caller.Grant.TokenId, cancellationToken) == 0)
        {
            return false;
        }
        commit.Record(caller, "exchanged-token.revoked", string.Join(' ', caller.Grant.Names));
        return true;
    }
}
