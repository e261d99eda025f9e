using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;

namespace Assay.Server.Packages;

/// <summary>
/// The first look at a change, before its body is read: whether the credential is of a kind that could do it at all. Whether it may is
/// decided in the change's own commit.
/// </summary>
internal sealed class WriteGate(IRefusalMemory refusals)
{
    /// <summary>Null when the caller may go on; of the actions any will do.</summary>
    public JsonAnswer? Refuse(Caller caller, PackageName name, TrustActions actions) => caller switch
    {
        Caller.Member { Token.IsReadOnly: true } => Denials.ReadOnlyToken(),
        Caller.Member => null,
        Caller.Workload workload when !workload.Grant.IsFor(name) => WrongPackage(workload, name, actions.Class()),
        Caller.Workload workload => (workload.Grant.Actions & actions) == TrustActions.None ? NotGranted(workload.Grant, actions) : null,
        _ => refusals.LastFor(name, actions.Class(), caller.Address)?.ToAnswer() ?? NotSignedIn(caller, name, actions),
    };

    // npm's workspaces publish goes on with the token of the package before when an exchange fails.
    private JsonAnswer WrongPackage(Caller.Workload workload, PackageName name, ActionClass actions)
    {
        var text = $"{workload.Grant.Abilities} It cannot change {name}.";
        if (refusals.LastFor(name, actions, workload.Address) is { } earlier)
        {
            text += $" The exchange for {name} was refused: {earlier.Text}";
        }
        return Refused(RefusalCodes.WrongPackage, text);
    }

    private static JsonAnswer NotGranted(WorkloadGrant grant, TrustActions actions) => Refused(RefusalCodes.ActionNotGranted,
        $"{grant.Abilities} This takes a token that was exchanged for {string.Join(" or ", actions.Names())}, under a policy that grants it.");

    private static JsonAnswer NotSignedIn(Caller caller, PackageName name, TrustActions actions)
    {
        if (!actions.HasFlag(TrustActions.Publish))
        {
            return Denials.SignInNeeded(caller);
        }
        var why = caller is Caller.Rejected rejected ? rejected.Reason : "You must be signed in to publish.";
        return NpmError.Unauthorized(
            $"{why} From CI, {name} can be published without any token: an owner names the CI project with `npm trust`, and the job needs permission to request an identity token.",
            caller is Caller.Rejected { Code: var code } ? code : "authentication-required");
    }

    private static JsonAnswer Refused(string code, string text) =>
        NpmError.With(StatusCodes.Status403Forbidden, code, text, Notices.WithCode(text, code));
}
