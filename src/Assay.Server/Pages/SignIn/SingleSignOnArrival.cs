using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>What was typed into the form of somebody who is back from the provider.</summary>
internal sealed record ArrivalForm(string Name, string Code, FactorAnswer? Factor);

/// <summary>Does what a browser that is back from the OpenID provider asks for: a sign-in, an account, an identity for an account.</summary>
internal sealed class SingleSignOnArrival(ProviderCookie cookie, FinishSignIn finish, SessionCookie sessionCookie, PublicUrl url)
{
    public Task<(long Id, string Name)?> PersonOfAsync(ProviderSignInRow row, CancellationToken cancellationToken) => finish.PersonOfAsync(row.Subject!, cancellationToken);

    /// <summary>What was wrong, or where to go on.</summary>
    public async Task<(string? Problem, IActionResult? Next)> RunAsync(
        HttpContext context, ProviderSignInRow row, Visitor visitor, ArrivalForm form, CancellationToken cancellationToken)
    {
        var (value, address) = (cookie.Read(context), visitor.Caller.Address);
        if (Continuation.LinkOf(row.Continuation) is not null)
        {
            var account = OwnAccount.Of(visitor.Member!);
            return Done(context, await finish.LinkAsync(value, account, cancellationToken), To("/-/account/identities"));
        }
        if (Continuation.InvitationOf(row.Continuation) is not null)
        {
            return Done(context, await finish.InvitationAsync(value, address, cancellationToken), Welcome());
        }
        if (await PersonOfAsync(row, cancellationToken) is not { } person)
        {
            // It goes on from there as for somebody known.
            return (await finish.CreateAsync(value, form.Name, address, cancellationToken), To("/-/sso/finish"));
        }
        return await SignInAsync(context, row, new ProvenPerson(person.Id, person.Name, form.Factor), form.Code, cancellationToken);
    }

    private async Task<(string? Problem, IActionResult? Next)> SignInAsync(
        HttpContext context, ProviderSignInRow row, ProvenPerson person, string code, CancellationToken cancellationToken)
    {
        var (value, address) = (cookie.Read(context), Requester.AddressOf(context));
        if (Continuation.LoginOf(row.Continuation) is { } page)
        {
            return Done(context, await finish.LoginAsync(value, page, code, person, address, cancellationToken), MessagePage.Of(
                "Signed in", StatusCodes.Status200OK, "Signed in. You can close this page and go back to your terminal."));
        }
        var (session, problem) = await finish.AccountAsync(value, person, Requester.NameOf(context), address, cancellationToken);
        if (session is not null)
        {
            sessionCookie.Write(context, session);
        }
        return Done(context, problem, To(LocalAddress.Of(Continuation.BackOf(row.Continuation)) ?? "/-/account"));
    }

    private (string? Problem, IActionResult? Next) Done(HttpContext context, string? problem, IActionResult next)
    {
        if (problem is not null)
        {
            return (problem, null);
        }
        cookie.Forget(context);
        return (null, next);
    }

    private RedirectResult To(string address) => new(url.PathBase + address);

    private IActionResult Welcome() => MessagePage.Of(
        new MessageText("Welcome", ["Your account is made.", $"In a terminal you sign in with: npm login --registry {url.Base}", "Sign in here as well, and set up a second factor."])
        {
            Next = ("Sign in", "/-/sign-in?back=/-/account/factors"),
        },
        StatusCodes.Status200OK);
}
