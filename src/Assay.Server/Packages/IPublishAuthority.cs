using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>A version about to be published under a publish token.</summary>
internal sealed record PublishClaim(PublishGrant Grant, PackageName Package, string Version, string Tag, Integrity Integrity);

internal abstract record PublishVerdict
{
    internal sealed record Allowed : PublishVerdict;

    /// <summary>This very publish was stored before; its answer got lost.</summary>
    internal sealed record Repeated : PublishVerdict;

    internal sealed record Denied(Denial Denial) : PublishVerdict;
}

/// <summary>Says whether a publish token may publish this, and takes note when it did. Filled by trusted publishing.</summary>
internal interface IPublishAuthority
{
    /// <summary>Reads only. Asked before the bytes are stored, and again inside the publish's own commit, where the answer counts.</summary>
    Task<PublishVerdict> JudgeAsync(RegistryDb db, PublishClaim claim, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>In the publish's commit: the token is used up, and what the run's identity token may still get is closed.</summary>
    Task<PublishedRun> RecordAsync(Commit commit, PublishClaim claim, CancellationToken cancellationToken);
}

/// <summary>What a version keeps of the run that published it.</summary>
internal sealed record PublishedRun(string PublisherName, string RunJson);

/// <summary>Remembers refused exchanges for a moment, so that the PUT which follows without a token can say why.</summary>
internal interface IRefusalMemory
{
    /// <summary>The refusal's text and code, when an exchange for this package from this address was refused lately.</summary>
    Denial? LastFor(PackageName package, string address);
}
