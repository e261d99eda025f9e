using Assay.Npm;
using Assay.Trust.Policies;

namespace Assay.Server.Packages;

/// <summary>Remembers refused exchanges for a moment, so that the request which follows without a token can say why.</summary>
internal interface IRefusalMemory
{
    /// <summary>The refusal's text and code, when an exchange of this class for this package from this address was refused lately.</summary>
    Denial? LastFor(PackageName package, ActionClass actions, string address);
}
