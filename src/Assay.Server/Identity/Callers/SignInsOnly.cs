using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary>What is neither of one package, nor of one scope or organisation, no token made for something else can be limited to.</summary>
internal static class SignInsOnly
{
    /// <param name="routes">The routes.</param>
    /// <param name="what">Begins the sentence that says so.</param>
    public static RouteGroupBuilder ForSignInsOnly(this RouteGroupBuilder routes, string what) => routes.AddEndpointFilter(async (invocation, next) =>
        await Caller.BindAsync(invocation.HttpContext) switch
        {
            Caller.Member { Token: { IsSignIn: false, IsReadOnly: true } } when !HttpMethods.IsGet(invocation.HttpContext.Request.Method) => Denials.ReadOnlyToken(),
            Caller.Member { Token.IsSignIn: false } => Denials.SignInOnly(what),
            _ => await next(invocation),
        });

    /// <summary>An administrator with a token made for something else is not told that they are none: what they miss is a sign-in, whatever the route.</summary>
    public static RouteGroupBuilder SayingWhatAdministratorsMiss(this RouteGroupBuilder routes) => routes.AddEndpointFilter(async (invocation, next) =>
    {
        var answer = await next(invocation);
        return answer is JsonAnswer { Code: "administrators-only" }
            && await Caller.BindAsync(invocation.HttpContext) is Caller.Member { Token.IsSignIn: false, Standing.IsAdministrator: true }
            ? Denials.SignInOnly("Administering the registry")
            : answer;
    });
}
