using Assay.Npm;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>
/// What stands between the right to change a package and the change: how often a minute it may be changed, and the second factor. Both come after everything else, so that
/// strangers take nothing from a package.
/// </summary>
internal sealed class AskForPackage(SecondFactorGate gate, RequestLimits limits)
{
    public AskSecondFactor Of(HttpContext context, Caller caller, PackageName name, SensitiveAct act) => async (proof, stop) =>
        limits.Take(LimitKind.ChangesPerPackage, name.Value)?.ToAnswer() ?? await gate.RefuseAsync(context, caller, act.On(name.Value).ProvedBy(proof), stop);
}
