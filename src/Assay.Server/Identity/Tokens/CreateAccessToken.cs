using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>Makes a token for somebody who has given their password, after their second factor.</summary>
internal sealed class CreateAccessToken(
    AccessTokens tokens, SecondFactorGate gate, RegistryDbSource source, PublicUrl url, IOptions<IdentityOptions> options, TimeProvider time)
{
    /// <summary>What would be made, or why not; nothing is made, and nobody is asked for anything.</summary>
    public async Task<(NewAccessToken? Wanted, JsonAnswer? Denial)> PreviewAsync(Caller.Member member, JsonObject body, CancellationToken cancellationToken)
    {
        var (wanted, refusal) = TokenRequest.Read(body, options.Value, time.GetUtcNow());
        return wanted is null ? (null, NpmError.BadRequest(refusal!)) : (wanted, await RefuseToBypassAsync(wanted, member, cancellationToken));
    }

    /// <param name="context">The request, which may have a second factor in it.</param>
    /// <param name="member">Whose token it will be.</param>
    /// <param name="body">What is wanted, without the password.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<JsonAnswer> RunAsync(HttpContext context, Caller.Member member, JsonObject body, CancellationToken cancellationToken)
    {
        var (wanted, denial) = await PreviewAsync(member, body, cancellationToken);
        if (wanted is null || denial is not null)
        {
            return denial!;
        }
        var act = SensitiveAct.Of($"create the access token '{wanted.Name}' ({TokenWords.Summary(wanted.Reach)})", body);
        if (await gate.RefuseAsync(context, member, act, cancellationToken) is { } asked)
        {
            return asked;
        }
        var minted = await tokens.MintAsync(member.PersonId, wanted, member.Actor, cancellationToken);
        return minted is null ? TokenEndpoints.TooMany() : JsonAnswer.Created(TokenWords.Shown(minted.Row, minted.Token.Reveal()));
    }

    // Where only those are asked who have a factor, whoever stole a password could make a token that is never asked once its owner has set one up.
    private async Task<JsonAnswer?> RefuseToBypassAsync(NewAccessToken wanted, Caller.Member member, CancellationToken cancellationToken)
    {
        if (!wanted.Reach.BypassesSecondFactor)
        {
            return null;
        }
        await using var db = source.Open();
        return (await FactorState.OfAsync(db, member.PersonId, cancellationToken)).IsEnrolled
            ? null
            : NpmError.Forbidden(
                $"A token that bypasses the second factor is made by somebody who has one. Set one up with `npm profile enable-2fa auth-and-writes`, or at {url.At("-/account")}.",
                "second-factor-needed");
    }
}
