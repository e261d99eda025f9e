using Assay.Npm;

namespace Assay.Cli.Registry;

/// <summary>The questions that are put to a registry: paths, and how much may come back.</summary>
internal static class RegistryQuestions
{
    private const int LongestPackument = 64 << 20;

    public static async Task<VersionDocument?> VersionAsync(
        this RegistryClient registry, PackageName name, string versionOrTag, CancellationToken cancellationToken) =>
        await registry.GetAsync($"{name.Escaped}/{versionOrTag}", VersionDocument.LongestAnswer, cancellationToken) is { Body: { } json }
            ? AnswerReader.Read($"{name}@{versionOrTag}", json, VersionDocument.Read)
            : null;

    /// <summary>When a version was published, as its document says; null where it does not.</summary>
    public static async Task<DateTimeOffset?> PublishedAtAsync(
        this RegistryClient registry, PackageName name, SemanticVersion version, CancellationToken cancellationToken) =>
        await registry.GetAsync(name.Escaped, LongestPackument, cancellationToken) is { Body: { } json }
            ? AnswerReader.Read($"{name}", json, root => root.Optional("time")?.OptionalTime($"{version}"))
            : null;

    public static async Task<RegistryKeys> KeysAsync(this RegistryClient registry, CancellationToken cancellationToken) =>
        await registry.GetAsync("-/npm/v1/keys", RegistryKeys.LongestAnswer, cancellationToken) is { Body: { } json }
            ? AnswerReader.Read("the registry's keys", json, RegistryKeys.Read)
            : RegistryKeys.None;

    /// <summary>All that a registry with a log shows its own clients; of another one what it shows to npm. Null when there are none.</summary>
    public static async Task<IReadOnlyList<ListedAttestation>?> AttestationsAsync(
        this RegistryClient registry, PackageName name, SemanticVersion version, bool hasLog, CancellationToken cancellationToken) =>
        await registry.GetAsync(
            hasLog ? $"-/assay/v1/attestations/{name.Escaped}/{version}" : $"-/npm/v1/attestations/{name.Escaped}@{version}",
            ListedAttestation.LongestAnswer, cancellationToken) is { Body: { } json }
            ? AnswerReader.Read($"attestations of {name}@{version}", json, ListedAttestation.Read)
            : null;

    public static async Task<LogDescription?> LogAsync(this RegistryClient registry, CancellationToken cancellationToken) =>
        await registry.GetAsync("-/assay/v1/log", LogDescription.LongestAnswer, cancellationToken) is { Body: { } json }
            ? AnswerReader.Read("the log", json, LogDescription.Read)
            : null;

    /// <summary>Null when the log has nothing about the version.</summary>
    public static async Task<PackageLog?> PackageLogAsync(
        this RegistryClient registry, PackageName name, SemanticVersion version, CancellationToken cancellationToken) =>
        await registry.GetAsync($"-/assay/v1/log/packages/{name.Escaped}/{version}", PackageLog.LongestAnswer, cancellationToken) is { Body: { } json }
            ? AnswerReader.Read($"the log about {name}@{version}", json, PackageLog.Read)
            : null;

    /// <summary>Null when the log has nothing about the package.</summary>
    public static async Task<PackageLog?> PackageLogAsync(this RegistryClient registry, PackageName name, CancellationToken cancellationToken) =>
        await registry.GetAsync($"-/assay/v1/log/packages/{name.Escaped}", PackageLog.LongestAnswer, cancellationToken) is { Body: { } json }
            ? AnswerReader.Read($"the log about {name}", json, PackageLog.Read)
            : null;
}
