using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Identity;

namespace Assay.Server.TrustedPublishing;

/// <summary>Who may see what was tried on a package, and ask what would happen: its owners, and for every name the administrators.</summary>
internal sealed class AttemptRights(RegistryDbSource source)
{
    /// <summary>Null for who may.</summary>
    public async Task<JsonAnswer?> RefuseAsync(PackageName package, Caller caller, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        if (member.IsAdministrator)
        {
            return null;
        }
        await using var db = source.Open();
        return (await TrustConfigurations.OwnedAsync(db, package, member, cancellationToken)).Denial?.ToAnswer();
    }

    /// <summary>Null for who may see the attempts on every name.</summary>
    public static JsonAnswer? Refuse(Caller caller) => caller switch
    {
        Caller.Member { IsAdministrator: true } => null,
        Caller.Member => NpmError.Forbidden("Only administrators see the attempts on every name. Owners see those on their package.", "administrators-only"),
        _ => Denials.SignInNeeded(caller),
    };
}
