using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.TrustedPublishing;

/// <summary>What waits for a second person, who agrees to it, and who takes it back.</summary>
internal static class SecondOwnerEndpoints
{
    public static void MapSecondOwners(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/assay/v1/policies/waiting", ListAsync);
        app.MapPost("/-/assay/v1/policies/{id}/agree", AgreeAsync);
        app.MapPost("/-/assay/v1/policies/{id}/withdraw", WithdrawAsync);
        app.MapPost("/-/assay/v1/package/{package}/inheritance/agree", AgreeToInheritanceAsync);
    }

    private static async Task<IResult> ListAsync(Caller caller, PolicyListing listing, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (policies, packages) = await listing.WaitingAsync(PolicyWriter.Of(member), cancellationToken);
        return JsonAnswer.Ok(new JsonObject
        {
            ["policies"] = new JsonArray([.. policies.Select(PolicyAnswers.Of)]),
            ["inheritance"] = new JsonArray([.. packages]),
        });
    }

    private static async Task<IResult> AgreeAsync(
        string id, HttpContext context, Caller caller, AgreeToChange agree, SecondFactorGate gate, PolicyListing listing, CancellationToken cancellationToken)
    {
        if (Refuse(caller) is { } refused)
        {
            return refused;
        }
        var member = (Caller.Member)caller;
        return await agree.ToPolicyAsync(id, member, Asking(context, member, gate, id), cancellationToken)
            ?? await PolicyEndpoints.ShownAsync(StatusCodes.Status200OK, id, notice: null, PolicyWriter.Of(member), listing, cancellationToken);
    }

    private static async Task<IResult> AgreeToInheritanceAsync(
        string package, HttpContext context, Caller caller, AgreeToChange agree, SecondFactorGate gate, PolicyListing listing, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name) || Refuse(caller) is not null)
        {
            return Refuse(caller) ?? NpmError.BadRequest($"'{package}' is not a package name.", "invalid-name");
        }
        var member = (Caller.Member)caller;
        if (await agree.ToInheritanceAsync(name, member, Asking(context, member, gate, name.Value), cancellationToken) is { } refusal)
        {
            return refusal;
        }
        var (policies, denial) = await listing.OfPackageAsync(name, PolicyWriter.Of(member), cancellationToken);
        return policies is null ? denial!.ToAnswer() : JsonAnswer.Ok(PolicyAnswers.Of(policies));
    }

    private static async Task<IResult> WithdrawAsync(
        string id, HttpContext context, Caller caller, AgreeToChange agree, SecondFactorGate gate, PolicyListing listing, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        AskToAgree ask = (words, target, stop) => gate.RefuseAsync(context, member, SensitiveAct.Of(words, "withdraw", id).On(target), stop);
        return await agree.WithdrawAsync(id, member, ask, cancellationToken)
            ?? await PolicyEndpoints.ShownAsync(StatusCodes.Status200OK, id, notice: null, PolicyWriter.Of(member), listing, cancellationToken);
    }

    // As approving a stage: what one person does so that another's act counts is not done by a token that was made for something else.
    private static JsonAnswer? Refuse(Caller caller) => caller switch
    {
        Caller.Member { Token.IsSignIn: true } => null,
        Caller.Member => Denials.SignInOnly("Agreeing to what somebody else asked for"),
        _ => Denials.SignInNeeded(caller),
    };

    private static AskToAgree Asking(HttpContext context, Caller.Member member, SecondFactorGate gate, string id) =>
        (words, target, stop) => gate.RequireAsync(context, member, SensitiveAct.Of(words, "agree", id).On(target), stop);
}
