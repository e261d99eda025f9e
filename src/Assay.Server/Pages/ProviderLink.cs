using Assay.Server.Answers;
using Assay.Server.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>The way to the OpenID provider, where there is one.</summary>
internal sealed class ProviderLink(PublicUrl url, IOptions<IdentityOptions> options)
{
    /// <summary>Empty without single sign-on.</summary>
    public string To(string path) => options.Value.SingleSignOn is { IsOn: true, DisplayName: var name }
        ? Page.Markup($"<p><a href=\"{url.PathBase}/-/sso/{path}\">Sign in with {name}</a></p>")
        : "";
}
