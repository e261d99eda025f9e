using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Data.Sealing;
using Microsoft.AspNetCore.Identity;

namespace Assay.Server.Identity;

/// <summary>What a browser is asked, and what comes back with its answer so that nothing has to be kept meanwhile.</summary>
/// <param name="Options">JSON for the browser's own passkey functions.</param>
/// <param name="Sealed">Opaque; for one page and a few minutes.</param>
internal sealed record Ceremony(string Options, string Sealed);

/// <summary>A passkey that a browser has made.</summary>
internal sealed record MadePasskey(
    byte[] CredentialId, byte[] PublicKey, long SignCount, IReadOnlyList<string> Transports, bool IsBackupEligible, bool IsBackedUp);

/// <summary>
/// Passkeys, as the framework verifies them: for the public URL's host and origin, and always with user verification, so that one alone is two factors. Each ceremony is
/// sealed for the page that began it, and its answer is taken once (<see cref="AcceptFactor"/>).
/// </summary>
internal sealed class Passkeys
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly SecretSeal seal;
    private readonly TimeProvider time;
    private readonly PasskeyHandler<PersonRow> handler;

    public Passkeys(SecretSeal seal, PasskeyPeople people, PublicUrl url, IServiceProvider services, ILogger<UserManager<PersonRow>> logger, TimeProvider time)
    {
        this.seal = seal;
        this.time = time;
        var reading = new UserManager<PersonRow>(
            people, Microsoft.Extensions.Options.Options.Create(new Microsoft.AspNetCore.Identity.IdentityOptions()), new PasswordHasher<PersonRow>(), [], [],
            new UpperInvariantLookupNormalizer(), new IdentityErrorDescriber(), services, logger);
        handler = new PasskeyHandler<PersonRow>(reading, Microsoft.Extensions.Options.Options.Create(OptionsFor(url)));
    }

    /// <summary>Null while the key is lost that ceremonies are sealed with.</summary>
    public async Task<Ceremony?> BeginMakingAsync(HttpContext context, string page, long personId, string personName, CancellationToken cancellationToken)
    {
        var made = await handler.MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = personId.ToString(), Name = personName, DisplayName = personName }, context);
        return await TrySealAsync(MakingOn(page), made.AttestationState, cancellationToken) is { } box ? new Ceremony(made.CreationOptionsJson, box) : null;
    }

    /// <summary>With nobody named, any passkey of this registry that the browser has. Null while the key is lost that ceremonies are sealed with: everything else on the page works on.</summary>
    public async Task<Ceremony?> BeginUsingAsync(HttpContext context, string page, long? personId, CancellationToken cancellationToken)
    {
        // The handler asks for the id alone.
        var person = personId is { } id ? new PersonRow { Id = id, Name = "", Email = "", PasswordHash = "" } : null;
        var made = await handler.MakeRequestOptionsAsync(person, context);
        return await TrySealAsync(UsingOn(page), made.AssertionState, cancellationToken) is { } box ? new Ceremony(made.RequestOptionsJson, box) : null;
    }

    /// <summary>Null when the answer does not verify, is for another page, or came too late.</summary>
    public async Task<MadePasskey?> MadeAsync(HttpContext context, string page, string ceremony, string answer, CancellationToken cancellationToken)
    {
        if (await OpenAsync(MakingOn(page), ceremony, cancellationToken) is not { } begun)
        {
            return null;
        }
        var result = await handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = context, CredentialJson = answer, AttestationState = begun.State });
        return result is { Succeeded: true, Passkey: { } passkey }
            ? new MadePasskey(
                passkey.CredentialId, passkey.PublicKey, passkey.SignCount, passkey.Transports ?? [], passkey.IsBackupEligible, passkey.IsBackedUp)
            : null;
    }

    /// <summary>Null when the answer does not verify, is for another page, or came too late.</summary>
    public async Task<FactorAnswer.Passkey?> UsedAsync(HttpContext context, string page, string ceremony, string answer, CancellationToken cancellationToken)
    {
        if (await OpenAsync(UsingOn(page), ceremony, cancellationToken) is not { } begun)
        {
            return null;
        }
        var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = context, CredentialJson = answer, AssertionState = begun.State });
        return result is { Succeeded: true, Passkey: { } passkey, User: { } person }
            ? new FactorAnswer.Passkey(person.Id, passkey.CredentialId, passkey.SignCount, passkey.IsBackedUp, Capability.Hash(begun.State), begun.ExpiresAt)
            : null;
    }

    private static IdentityPasskeyOptions OptionsFor(PublicUrl url)
    {
        var origin = url.Base.GetLeftPart(UriPartial.Authority);
        return new IdentityPasskeyOptions
        {
            ServerDomain = url.Base.IdnHost,
            AuthenticatorTimeout = Patience,
            // One that the browser finds by itself: a name need not be typed.
            ResidentKeyRequirement = "required",
            UserVerificationRequirement = "required",
            AttestationConveyancePreference = "none",
            // The public URL's own origin; what the request says of itself is chosen by its sender.
            ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && context.Origin == origin),
        };
    }

    private async Task<string?> TrySealAsync(string use, string? state, CancellationToken cancellationToken)
    {
        try
        {
            return Seal(await seal.KeyAsync(cancellationToken), use, state);
        }
        catch (SecretsUnavailable)
        {
            return null;
        }
    }

    private string Seal(SecretKey key, string use, string? state)
    {
        var begun = new JsonObject { ["state"] = state, ["expires"] = (time.GetUtcNow() + Patience).ToUnixTimeMilliseconds() };
        return Base64Url.EncodeToString(key.Seal(use, JsonSerializer.SerializeToUtf8Bytes(begun)));
    }

    private async Task<Begun?> OpenAsync(string use, string ceremony, CancellationToken cancellationToken)
    {
        var key = await seal.KeyAsync(cancellationToken);
        if (!Base64Url.IsValid(ceremony) || key.TryOpen(use, Base64Url.DecodeFromChars(ceremony)) is not { } plain)
        {
            return null;
        }
        var json = JsonNode.Parse(plain)!;
        var begun = new Begun((string)json["state"]!, DateTimeOffset.FromUnixTimeMilliseconds((long)json["expires"]!));
        return begun.ExpiresAt >= time.GetUtcNow() ? begun : null;
    }

    private static string MakingOn(string page) => $"passkey-making:{page}";

    private static string UsingOn(string page) => $"passkey-using:{page}";

    private sealed record Begun(string State, DateTimeOffset ExpiresAt);
}
