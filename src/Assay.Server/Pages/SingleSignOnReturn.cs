using Assay.Server.Data.Rows;
using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>Does what a browser that is back from the OpenID provider asks for: a sign-in, an account, an identity for an account.</summary>
internal sealed class SingleSignOnReturn(
    SingleSignOnForms forms, ProviderCookie cookie, FinishSignIn finish, AccountForm accounts, SessionCookie sessionCookie, Passkeys passkeys)
{
    public async Task<IResult> RunAsync(HttpContext context, ProviderSignInRow row, IFormCollection fields, CancellationToken cancellationToken)
    {
        var (value, address) = (cookie.Read(context), Requester.AddressOf(context));
        if (Continuation.LinkOf(row.Continuation) is { } owner)
        {
            return await accounts.SessionAsync(context, cancellationToken) is { } session && session.PersonId == owner && session.IsFormToken(fields.Text("form"))
                ? await DoneAsync(context, row, await finish.LinkAsync(value, AccountForm.Of(context, session), cancellationToken), toAccount: true, cancellationToken)
                : AccountForm.Foreign();
        }
        if (Continuation.InvitationOf(row.Continuation) is not null)
        {
            return await DoneAsync(context, row, await finish.InvitationAsync(value, address, cancellationToken), toAccount: false, cancellationToken);
        }
        if (await finish.PersonOfAsync(row.Subject!, cancellationToken) is not { } person)
        {
            return await finish.CreateAsync(value, fields.Text("name"), address, cancellationToken) is { } refused
                ? await forms.ShowAsync(context, row, refused, cancellationToken)
                : forms.Again();
        }
        var (factor, isBad) = await passkeys.ReadAsync(context, fields, SingleSignOnForms.PageOfPasskeys, cancellationToken);
        return isBad
            ? await forms.ShowAsync(context, row, SignInPages.BadPasskey, cancellationToken)
            : await SignedInAsync(context, row, fields, new ProvenPerson(person.Id, person.Name, factor), cancellationToken);
    }

    private async Task<IResult> SignedInAsync(HttpContext context, ProviderSignInRow row, IFormCollection fields, ProvenPerson person, CancellationToken cancellationToken)
    {
        var (value, address) = (cookie.Read(context), Requester.AddressOf(context));
        if (Continuation.LoginOf(row.Continuation) is { } page)
        {
            return await DoneAsync(context, row, await finish.LoginAsync(value, page, fields.Text("code"), person, address, cancellationToken), toAccount: false, cancellationToken);
        }
        var (session, problem) = await finish.AccountAsync(value, person, Requester.NameOf(context), address, cancellationToken);
        if (session is not null)
        {
            sessionCookie.Write(context, session);
        }
        return await DoneAsync(context, row, problem, toAccount: true, cancellationToken);
    }

    private async Task<IResult> DoneAsync(HttpContext context, ProviderSignInRow row, string? problem, bool toAccount, CancellationToken cancellationToken)
    {
        if (problem is not null)
        {
            return await forms.ShowAsync(context, row, problem, cancellationToken);
        }
        cookie.Forget(context);
        return forms.Done(row, toAccount);
    }
}
