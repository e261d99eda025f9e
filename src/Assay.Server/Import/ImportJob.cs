using Assay.Npm;
using Assay.Server.Audit;

namespace Assay.Server.Import;

/// <summary>One run of an import: what every package of it has in common.</summary>
/// <param name="Source">As rows and reports name it.</param>
/// <param name="OwnerId">The person who owns what nobody else here does.</param>
/// <param name="Access">What the operator wants for packages that are new; null for the registry's default.</param>
/// <param name="IsDryRun">Nothing is fetched or written.</param>
internal sealed record ImportJob(string Source, long OwnerId, PublishAccess? Access, bool IsDryRun)
{
    /// <summary>No person can have this name, so that what an import did is told from what people did, also later.</summary>
    public static Actor Actor { get; } = new("operator (import)", Actor.Operator.Address);

    public const string Credential = "import";
}
