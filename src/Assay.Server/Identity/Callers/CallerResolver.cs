using System.Net;
using Assay.Npm;

namespace Assay.Server.Identity;

/// <summary>Turns the request's credential into a caller: none, bad, expired, good.</summary>
internal sealed class CallerResolver(CredentialCache credentials, TimeProvider time)
{
    private const string Bearer = "Bearer ";

    private const string Unknown =
        "The access token is unknown or was revoked. Sign in with `npm login`, or in CI use trusted publishing, which needs no token.";

    public async ValueTask<Caller> ResolveAsync(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        var from = address?.ToString() ?? "local";
        if (context.Request.Headers.Authorization is not [{ Length: > 0 } header])
        {
            return new Caller.Anonymous(from);
        }
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return new Caller.Rejected("This registry takes access tokens (Bearer), not a name and password with each request. Sign in with `npm login`.", from);
        }
        if (!NpmToken.TryParse(header[Bearer.Length..].Trim(), out var token))
        {
            return new Caller.Rejected(Unknown, from);
        }
        return await credentials.FindAsync(token.Hash, context.RequestAborted) is { } credential
            ? Judge(credential, address, from)
            : new Caller.Rejected(Unknown, from);
    }

    private Caller Judge(Credential credential, IPAddress? address, string from)
    {
        if (credential.RevokedAt is not null)
        {
            return new Caller.Rejected(credential.WhenRevoked, from) { Code = credential.RejectionCode };
        }
        if (credential.ExpiresAt <= time.GetUtcNow())
        {
            return new Caller.Rejected(credential.WhenExpired, from) { Code = credential.RejectionCode };
        }
        if (credential.IsIdle(time.GetUtcNow()))
        {
            return new Caller.Rejected(credential.WhenIdle, from) { Code = credential.RejectionCode };
        }
        if (!IsAllowedFrom(credential, address))
        {
            return new Caller.Rejected($"The token may not be used from the address {from}.", from);
        }
        credentials.Used(credential);
        return credential.CallerAt(from);
    }

    private static bool IsAllowedFrom(Credential credential, IPAddress? address)
    {
        if (credential.AllowedAddresses.Count == 0)
        {
            return true;
        }
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return plain is not null && credential.AllowedAddresses.Any(network => network.Contains(plain));
    }
}
