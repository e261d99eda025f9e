using Assay.Server.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>Sends a browser on its way to the OpenID provider.</summary>
internal sealed class SingleSignOnDeparture(ProviderSignIns signIns, ProviderCookie cookie, IOptions<IdentityOptions> options)
{
    private SingleSignOnOptions Settings => options.Value.SingleSignOn;

    public async Task<IResult> LeaveAsync(HttpContext context, string continuation, CancellationToken cancellationToken)
    {
        var (begun, refused) = await BeginAsync(context, continuation, cancellationToken);
        return begun is null ? refused! : Results.Redirect(begun.Url);
    }

    /// <summary>For the answer to a form, which may not redirect to another host.</summary>
    public async Task<IResult> OfferAsync(HttpContext context, string continuation, CancellationToken cancellationToken)
    {
        var (begun, refused) = await BeginAsync(context, continuation, cancellationToken);
        return begun is null
            ? refused!
            : Page.Show("Link an identity", Page.Markup($"<p>Sign in there with the identity that shall sign you in here. <a href=\"{begun.Url}\">Go to {Settings.DisplayName}</a></p>"));
    }

    private async Task<(BegunProviderSignIn? Begun, IResult? Refused)> BeginAsync(HttpContext context, string continuation, CancellationToken cancellationToken)
    {
        if (!Settings.IsOn)
        {
            return (null, SingleSignOnForms.Off());
        }
        try
        {
            var begun = await signIns.BeginAsync(continuation, cancellationToken);
            cookie.Write(context, begun.Cookie);
            return (begun, null);
        }
        catch (ProviderUnavailable unavailable)
        {
            return (null, SingleSignOnForms.Failed(unavailable.Message));
        }
    }
}
