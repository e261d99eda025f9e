using System.Text.Json;
using Assay.Provenance.Envelopes;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Certificates;

namespace Assay.Cli.Verifying;

/// <summary>Who signed which statement, and where it says that the version comes from. Signed words, not proven ones.</summary>
internal sealed record AttestedOrigin
{
    private const string SlsaProvenance = "https://slsa.dev/provenance/";

    /// <summary>Null when a CI signed, and not the registry.</summary>
    public string? RegistryKey { get; init; }

    public string? Issuer { get; init; }

    public string? Provider { get; init; }

    public string? Source { get; init; }

    public string? Commit { get; init; }

    public string? Workflow { get; init; }

    public string? Run { get; init; }

    public required string PredicateType { get; init; }

    public required string Log { get; init; }

    public required long LogIndex { get; init; }

    public bool SaysWhereFrom => PredicateType.StartsWith(SlsaProvenance, StringComparison.Ordinal);

    public static AttestedOrigin Of(BundleVerdict.Verified verified)
    {
        var (statement, entry) = (verified.Statement!, verified.LogEntries[0]);
        var origin = new AttestedOrigin { PredicateType = statement.PredicateType, Log = entry.LogName, LogIndex = entry.LogIndex };
        return verified.Signer switch
        {
            BundleSigner.Certificate signer => FromCertificate(origin, signer.Identity),
            BundleSigner.Key signer => FromPredicate(origin with { RegistryKey = signer.Id }, statement),
            _ => origin,
        };
    }

    // The predicate of such a bundle is what the job wrote; the certificate is what the CI's own token said.
    private static AttestedOrigin FromCertificate(AttestedOrigin origin, CertificateIdentity identity) => origin with
    {
        Issuer = identity.Issuer,
        Provider = PublicIssuers.ProviderOf(identity.Issuer),
        Source = identity[IdentityExtension.SourceRepositoryUri],
        Commit = identity[IdentityExtension.SourceRepositoryDigest],
        Workflow = identity[IdentityExtension.BuildConfigUri] ?? identity.SubjectAlternativeName,
        Run = identity[IdentityExtension.RunInvocationUri],
    };

    private static AttestedOrigin FromPredicate(AttestedOrigin origin, Statement statement)
    {
        if (!origin.SaysWhereFrom)
        {
            return origin;
        }
        var build = statement.Predicate.At("buildDefinition");
        var token = build.At("internalParameters").At("identityToken");
        var source = SourceIn(build.At("resolvedDependencies"));
        return origin with
        {
            Issuer = token.At("issuer").Text(),
            Provider = token.At("provider").Text(),
            Source = SourceUrl.OfGitUri(source.At("uri").Text()) ?? Parameter(build, "repository"),
            Commit = source.At("digest").At("gitCommit").Text() ?? source.At("digest").At("sha1").Text(),
            Workflow = Parameter(build, "path"),
            Run = statement.Predicate.At("runDetails").At("metadata").At("invocationId").Text(),
        };
    }

    private static JsonElement SourceIn(JsonElement dependencies) => dependencies.ValueKind is JsonValueKind.Array
        ? dependencies.EnumerateArray().OrderByDescending(dependency => dependency.At("name").Text() == "source").FirstOrDefault()
        : default;

    // Each provider groups its parameters under a word of its own: workflow, pipeline, job.
    private static string? Parameter(JsonElement build, string name) => build.At("externalParameters") is { ValueKind: JsonValueKind.Object } groups
        ? groups.EnumerateObject().Select(group => group.Value.At(name).Text()).FirstOrDefault(text => text is not null)
        : null;
}

/// <summary>Walks through JSON whose shape its writer chose.</summary>
internal static class LooseJson
{
    public static JsonElement At(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    public static string? Text(this JsonElement element) => element.ValueKind is JsonValueKind.String ? element.GetString() : null;
}
