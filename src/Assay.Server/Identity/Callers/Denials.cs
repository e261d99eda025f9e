using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary>The answers to callers who did not prove enough.</summary>
internal static class Denials
{
    public static JsonAnswer SignInNeeded(Caller caller) => caller switch
    {
        Caller.Rejected rejected => NpmError.Unauthorized(rejected.Reason, rejected.Code),
        Caller.Workload workload => NpmError.Forbidden($"{workload.Grant.Abilities} Sign in as a person.", "publish-token-only"),
        _ => NpmError.Unauthorized("You must be signed in for this. Run `npm login`; in CI, use trusted publishing."),
    };

    public static JsonAnswer TooManySignIns(SignInResult.Wait wait) =>
        NpmError.With(StatusCodes.Status429TooManyRequests, "too-many-sign-ins", wait.Text, retryAfter: wait.For);

    /// <summary>A token that was made for something else must not become the account, nor the registry.</summary>
    public static JsonAnswer SignInOnly(string what) =>
        NpmError.Forbidden($"{what} takes somebody who has signed in, not a token made for something else. Run `npm login`.", "sign-in-only");

    public static JsonAnswer TokenTooNarrow(string what) =>
        NpmError.Forbidden($"This access token was not made for {what}. See what it is for: npm token list", "token-too-narrow");

    public static JsonAnswer ReadOnlyToken() =>
        NpmError.Forbidden("This access token may only read. Use one that may write, or trusted publishing from CI.", "read-only-token");
}
