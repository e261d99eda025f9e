using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.CiSimulator.Keys;

namespace Assay.CiSimulator.Providers;

/// <summary>What a provider's tokens have in common: how long they live, from when, and whether they carry an id.</summary>
internal sealed record TokenShape(TimeSpan Lifetime, TimeSpan? NotBefore, bool HasId);

internal sealed class TokenIssuer(Uri url, SigningKeys keys, TokenShape shape, TimeProvider clock)
{
    public Uri Url => url;

    public SigningKeys Keys => keys;

    /// <summary>Signs a job's claims; the envelope (issuer, audience, times, id) is added unless the job set it.</summary>
    public string Mint(JsonObject jobClaims, JsonNode? audience, Forgery forgery)
    {
        var claims = new JobClaims(jobClaims);
        claims.Set("iss", url.OriginalString);

        if (audience is not null)
        {
            claims.Set("aud", audience);
        }

        SetTimes(claims, forgery);

        if (shape.HasId)
        {
            claims.Set("jti", new Guid(RandomNumberGenerator.GetBytes(16)).ToString());
        }

        var token = claims.ToJson();

        if (forgery == Forgery.WrongIssuer)
        {
            token["iss"] = "https://issuer.example.test";
        }

        return Jwt.Sign(keys, token, forgery);
    }

    private void SetTimes(JobClaims claims, Forgery forgery)
    {
        var shift = TimeSpan.FromHours(forgery switch { Forgery.Expired => -1, Forgery.NotYetValid => 1, _ => 0 });
        var expired = forgery == Forgery.Expired ? shape.Lifetime : TimeSpan.Zero;
        var issued = clock.GetUtcNow() + shift - expired;
        claims.Set("iat", (JsonNode)issued.ToUnixTimeSeconds());
        claims.Set("exp", (JsonNode)(issued + shape.Lifetime).ToUnixTimeSeconds());

        if (shape.NotBefore is { } before)
        {
            claims.Set("nbf", (JsonNode)(issued - before).ToUnixTimeSeconds());
        }
    }
}
