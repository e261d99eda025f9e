using Assay.Cli.Lockfiles;
using Assay.Npm;

namespace Assay.Cli.Verifying;

/// <summary>What is asked about: a version, and the bytes it should have, if somebody has them.</summary>
internal sealed record Subject(PackageName Name, SemanticVersion? Version, Integrity? Integrity, string Target)
{
    public static Subject Of(LockedPackage package, string target) => new(package.Name, package.Version, package.Integrity, target);

    public override string ToString() => Version is null ? $"{Name}" : $"{Name}@{Version}";
}

/// <summary>All that was found about a version.</summary>
/// <param name="Subject">The version.</param>
/// <param name="Findings">In the order of the checks.</param>
/// <param name="Origins">What verified attestations say.</param>
internal sealed record PackageReport(Subject Subject, IReadOnlyList<Finding> Findings, IReadOnlyList<AttestedOrigin> Origins)
{
    /// <summary>The registry that signed it, when that is not the one that was asked.</summary>
    public string? PassedOnFrom { get; init; }

    public Outcome Outcome => Findings.Select(finding => finding.Outcome).DefaultIfEmpty(Outcome.NotAsked).Max();

    public bool IsGood => Outcome is Outcome.Verified or Outcome.Absent;
}
