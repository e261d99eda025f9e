using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;

namespace Assay.Server.Identity;

/// <summary><c>npm profile enable-2fa|disable-2fa</c>: a secret, a first code for it, recovery codes; and the way back.</summary>
internal sealed class ProfileFactors(RegistryDbSource source, AskForPassword ask, SecondFactorGate gate, ChangeFactors change, PublicUrl url)
{
    private const string Mode = "auth-and-writes";

    /// <summary>As <c>npm profile get</c> shows it. This registry knows one mode.</summary>
    public static JsonObject? Shown(FactorState factors) => factors switch
    {
        { IsEnrolled: true } => new JsonObject { ["mode"] = Mode, ["pending"] = false },
        { HasPendingTotp: true } => new JsonObject { ["mode"] = Mode, ["pending"] = true },
        _ => null,
    };

    public async Task<JsonAnswer> RunAsync(HttpContext context, Caller.Member member, JsonNode wanted, CancellationToken cancellationToken)
    {
        var account = OwnAccount.Of(member);
        if (wanted is JsonArray { Count: 1 } codes && codes[0] is JsonValue value && value.TryGetValue(out string? code))
        {
            return Answer(await change.ConfirmTotpAsync(account, code, cancellationToken), notice: null);
        }
        if (wanted is not JsonObject body || body.Text("mode") is not { } mode)
        {
            return NpmError.BadRequest("A second factor is set with a mode and a password, or confirmed with a code.");
        }
        if (await ask.RefuseAsync(member, body.Text("password") ?? "", cancellationToken) is { } refused)
        {
            return refused;
        }
        return mode switch
        {
            Mode => await EnableAsync(context, member, account, cancellationToken),
            "disable" => await DisableAsync(context, member, account, cancellationToken),
            "auth-only" => NpmError.BadRequest(
                "This registry has no second factor for signing in alone: it is asked for with every sensitive command. Use `npm profile enable-2fa auth-and-writes`.", "auth-only-not-here"),
            _ => NpmError.BadRequest($"'{mode}' is not a mode: it is auth-and-writes, or disable."),
        };
    }

    private async Task<JsonAnswer> EnableAsync(HttpContext context, Caller.Member member, OwnAccount account, CancellationToken cancellationToken)
    {
        var factors = await StateAsync(member, cancellationToken);
        if (factors.HasTotp)
        {
            return JsonAnswer.Ok(new JsonObject { ["tfa"] = Shown(factors) });
        }
        // The first one is set up with the password alone; every further one with one that is there.
        if (factors.IsEnrolled
            && await gate.RefuseAsync(context, member, SensitiveAct.Of("add codes of an app as a second factor", "totp", "add") with { TakesAnyFactor = true }, cancellationToken) is { } asked)
        {
            return asked;
        }
        var address = await change.BeginTotpAsync(account, cancellationToken);
        return JsonAnswer.Ok(new JsonObject { ["tfa"] = address is null ? Shown(await StateAsync(member, cancellationToken)) : address });
    }

    private async Task<JsonAnswer> DisableAsync(HttpContext context, Caller.Member member, OwnAccount account, CancellationToken cancellationToken)
    {
        var factors = await StateAsync(member, cancellationToken);
        if (!factors.HasTotp)
        {
            await change.ForgetPendingTotpAsync(account, cancellationToken);
            return factors.IsEnrolled
                ? NpmError.Conflict($"Your second factor is a passkey. Passkeys are removed at {url.At("-/account")}", "only-passkeys")
                : JsonAnswer.Ok(new JsonObject { ["tfa"] = null });
        }
        if (change.RefuseLast(factors) is { } last)
        {
            return NpmError.Forbidden(last.Problem!, last.Code);
        }
        if (await gate.RefuseAsync(context, member, SensitiveAct.Of("remove codes of an app as a second factor", "totp", "remove") with { TakesAnyFactor = true }, cancellationToken) is { } asked)
        {
            return asked;
        }
        return Answer(await change.RemoveTotpAsync(account, cancellationToken), factors.Passkeys == 0
            ? null
            : $"Codes are off. Your passkeys ({factors.Passkeys}) are asked for as before; they are removed at {url.At("-/account")}");
    }

    private async Task<FactorState> StateAsync(Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await FactorState.OfAsync(db, member.PersonId, cancellationToken);
    }

    private static JsonAnswer Answer(FactorChange changed, string? notice)
    {
        if (changed.Problem is { } problem)
        {
            return NpmError.With(changed.Code == "last-factor" ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest, changed.Code, problem);
        }
        JsonNode? shown = changed.RecoveryCodes.Count == 0 ? null : new JsonArray([.. changed.RecoveryCodes.Select(code => JsonValue.Create(RecoveryCodes.Shown(code)))]);
        return new JsonAnswer(StatusCodes.Status200OK, new JsonObject { ["tfa"] = shown }) { Notice = notice };
    }
}
