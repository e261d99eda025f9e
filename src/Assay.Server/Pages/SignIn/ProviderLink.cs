using Assay.Server.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>The OpenID provider, where there is one.</summary>
internal sealed class ProviderLink(IOptions<IdentityOptions> options)
{
    /// <summary>As people know it; null without single sign-on.</summary>
    public string? Name => options.Value.SingleSignOn is { IsOn: true, DisplayName: var name } ? name : null;
}
