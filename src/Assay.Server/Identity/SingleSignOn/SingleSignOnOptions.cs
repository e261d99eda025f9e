using System.ComponentModel.DataAnnotations;
using System.Net;
using Assay.Server.Outbound;

namespace Assay.Server.Identity;

/// <summary>Section <c>Assay:Identity:SingleSignOn</c>. Without an issuer there is none.</summary>
internal sealed class SingleSignOnOptions : IValidatableObject
{
    public const string Section = "Assay:Identity:SingleSignOn";

    /// <summary>The OpenID provider's issuer URL, character for character as it names itself.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>This registry's name at the provider.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>A file with the client's secret, mode 0600; a relative path begins at the data directory. Empty for a public client, which PKCE alone protects.</summary>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>How pages call it.</summary>
    public string DisplayName { get; set; } = "single sign-on";

    /// <summary>What is asked for, separated by blanks.</summary>
    public string Scopes { get; set; } = "openid profile email";

    /// <summary>Only people with a verified address in one of these domains; empty for all.</summary>
    public List<string> EmailDomains { get; set; } = [];

    /// <summary>A claim that has to be there, with the value below (or, where it is a list, among its values). Empty for none.</summary>
    public string RequiredClaim { get; set; } = "";

    public string RequiredValue { get; set; } = "";

    /// <summary>Whether somebody unknown gets an account at their first sign-in. Otherwise an administrator invites them, or they link the account that they have.</summary>
    public bool CreatePeople { get; set; }

    /// <summary>Whether people sign in with a password too. When off, only administrators do, for when the provider is down.</summary>
    public bool PasswordSignIn { get; set; } = true;

    /// <summary>Private address ranges in which the provider may live.</summary>
    public List<string> AllowAddresses { get; set; } = [];

    /// <summary>Plain http, on this machine alone.</summary>
    public bool InsecureHttp { get; set; }

    public bool IsOn => Issuer.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsOn)
        {
            if (!PasswordSignIn)
            {
                yield return new ValidationResult("without an issuer nobody could sign in.", [nameof(PasswordSignIn)]);
            }
            yield break;
        }
        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out var url) || url.Query.Length > 0 || url.Fragment.Length > 0 || url.UserInfo.Length > 0
            || (url.Scheme != Uri.UriSchemeHttps && !(InsecureHttp && GuardedHandler.IsLoopbackHttp(url))))
        {
            yield return new ValidationResult($"'{Issuer}' is not an https URL (or, with InsecureHttp, an http one on this machine).", [nameof(Issuer)]);
        }
        if (ClientId.Length == 0)
        {
            yield return new ValidationResult("the provider knows this registry by an id.", [nameof(ClientId)]);
        }
        if (!Scopes.Split(' ').Contains("openid"))
        {
            yield return new ValidationResult("'openid' has to be among them.", [nameof(Scopes)]);
        }
        if (RequiredClaim.Length > 0 != RequiredValue.Length > 0)
        {
            yield return new ValidationResult("a claim needs its value, and a value its claim.", [nameof(RequiredClaim)]);
        }
        if (AllowAddresses.Find(range => !IPNetwork.TryParse(range, out _)) is { } strange)
        {
            yield return new ValidationResult($"'{strange}' is not a range like 10.0.0.0/8.", [nameof(AllowAddresses)]);
        }
    }
}
