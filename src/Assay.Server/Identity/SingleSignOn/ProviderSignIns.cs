using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.Refusals;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>A sign-in that is begun: where the browser goes, and what it keeps meanwhile.</summary>
internal sealed record BegunProviderSignIn(string Url, string Cookie);

/// <summary>What came back with the browser.</summary>
internal sealed record ProviderAnswer(string? Code, string? State, string? Issuer, string? Error);

/// <summary>
/// Sign-ins at the OpenID provider: authorization code with PKCE. What ties the way there to the way back is a random value in the browser that began it; state, nonce and
/// verifier are of no use in another one.
/// </summary>
internal sealed class ProviderSignIns(
    RegistryDbSource source, CommitQueue commits, OpenIdProvider provider, ProviderFetch fetch, ReadIdToken read, ClientSecret secret, PublicUrl url,
    IOptions<IdentityOptions> options, TimeProvider time)
{
    public const string Callback = "-/sso/callback";
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const string Over = "This sign-in was begun in another browser, was answered already, or took too long. Begin again.";

    private SingleSignOnOptions Settings => options.Value.SingleSignOn;

    /// <exception cref="ProviderUnavailable">The provider cannot be asked.</exception>
    public async Task<BegunProviderSignIn> BeginAsync(string continuation, CancellationToken cancellationToken)
    {
        var document = await provider.DocumentAsync(cancellationToken);
        var (state, browser) = (Capability.New(), Capability.New());
        await commits.RunAsync(async (commit, stop) =>
        {
            await commit.Db.ProviderSignIns.Where(row => row.ExpiresAt < commit.Now).ExecuteDeleteAsync(stop);
            commit.Db.ProviderSignIns.Add(new ProviderSignInRow
            {
                StateHash = Capability.Hash(state),
                BrowserHash = Capability.Hash(browser),
                Continuation = continuation,
                CreatedAt = commit.Now,
                ExpiresAt = commit.Now + Patience,
            });
            return true;
        }, cancellationToken);
        return new BegunProviderSignIn(QueryHelpers.AddQueryString(document.Authorization.AbsoluteUri, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = Settings.ClientId,
            ["redirect_uri"] = url.At(Callback),
            ["scope"] = Settings.Scopes,
            ["state"] = state,
            ["nonce"] = Derived("nonce", browser),
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Derived("verifier", browser)))),
            ["code_challenge_method"] = "S256",
        }), browser);
    }

    /// <summary>Null when the provider has said who it is; they are found by the same cookie then.</summary>
    /// <exception cref="ProviderUnavailable">The provider cannot be asked.</exception>
    public async Task<string?> AnswerAsync(ProviderAnswer answer, string cookie, CancellationToken cancellationToken)
    {
        // First of all, so that no answer is tried twice.
        if (answer.State is null || await TakeAnswerAsync(Capability.Hash(answer.State), Capability.Hash(cookie), cancellationToken) is not { } id)
        {
            return Over;
        }
        var document = await provider.DocumentAsync(cancellationToken);
        if (answer.Issuer is { } named ? named != Settings.Issuer : document.NamesItself)
        {
            return "The answer is not the provider's.";
        }
        if (answer.Error is not null || answer.Code is null)
        {
            return $"The provider did not sign you in: {Printable.Value(answer.Error ?? "no code")}.";
        }
        if (await RedeemAsync(document, answer.Code, Derived("verifier", cookie), cancellationToken) is not { } token)
        {
            return "The provider did not take its own code. Begin again; if it stays so, the client id or secret is wrong.";
        }
        var (identity, problem) = await read.RunAsync(token, Derived("nonce", cookie), cancellationToken);
        return identity is null ? problem : await KeepAsync(id, identity, cancellationToken);
    }

    /// <summary>What the provider said to this browser; null when it has said nothing, or too long ago.</summary>
    public async Task<ProviderSignInRow?> FindAsync(string cookie, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await FindAsync(db, cookie, time.GetUtcNow(), cancellationToken);
    }

    public static Task<ProviderSignInRow?> FindAsync(RegistryDb db, string cookie, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var browser = Capability.Hash(cookie);
        return db.ProviderSignIns.SingleOrDefaultAsync(row => row.BrowserHash == browser && row.Subject != null && row.ExpiresAt >= now, cancellationToken);
    }

    // Neither the nonce nor the verifier is stored: both are made of what the browser keeps.
    private static string Derived(string use, string browser) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($"{use}:{browser}")));

    private Task<long?> TakeAnswerAsync(byte[] state, byte[] browser, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var row = await commit.Db.ProviderSignIns.SingleOrDefaultAsync(found => found.StateHash == state, stop);
        if (row is null || row.AnsweredAt is not null || row.ExpiresAt < commit.Now || !CryptographicOperations.FixedTimeEquals(row.BrowserHash, browser))
        {
            return null;
        }
        row.AnsweredAt = commit.Now;
        return (long?)row.Id;
    }, cancellationToken);

    private Task<string?> KeepAsync(long id, ProviderIdentity identity, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        if (await commit.Db.ProviderSignIns.SingleOrDefaultAsync(row => row.Id == id, stop) is not { } row)
        {
            return Over;
        }
        (row.Subject, row.Label, row.Email, row.IsEmailVerified, row.SuggestedName) =
            (identity.Subject, identity.Label, identity.Email, identity.IsEmailVerified, identity.SuggestedName);
        return (string?)null;
    }, cancellationToken);

    private async Task<string?> RedeemAsync(ProviderDocument document, string code, string verifier, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = url.At(Callback),
            ["code_verifier"] = verifier,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, document.Token);
        if (secret.IsThere && document.TakesBasic)
        {
            // Each part as a form would spell it (RFC 6749, section 2.3.1).
            var pair = $"{WebUtility.UrlEncode(Settings.ClientId)}:{WebUtility.UrlEncode(secret.Reveal())}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        else
        {
            form["client_id"] = Settings.ClientId;
            if (secret.IsThere)
            {
                form["client_secret"] = secret.Reveal();
            }
        }
        request.Content = new FormUrlEncodedContent(form);
        var (status, body) = await fetch.PostAsync(request, cancellationToken);
        return status == HttpStatusCode.OK ? IdTokenOf(body) : null;
    }

    private static string? IdTokenOf(string body)
    {
        try
        {
            return (JsonNode.Parse(body) as JsonObject)?.Text("id_token");
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
