using System.Buffers;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Server.Upstream.Cache;
using Assay.Trust.Guards;

namespace Assay.Server.Upstream;

/// <summary>What clients get of names that are not ours.</summary>
internal sealed class UpstreamFallback(
    UpstreamRoutes routes, UpstreamReaderRules readers, UpstreamDocuments documents, UpstreamTarballs tarballs, UpstreamAttestations attestations, UpstreamRefusals refusals,
    TarballBytes bytes, TimeProvider time) : IPackageFallback
{
    public bool AnswersFor(PackageName name) => routes.For(name) is not null;

    public ValueTask<IResult?> DocumentAsync(PackageName name, bool isAbbreviated, Caller caller, CancellationToken cancellationToken) =>
        WithAsync(name, caller, snapshot => ValueTask.FromResult<IResult?>(Document(snapshot, isAbbreviated, caller)), cancellationToken);

    public ValueTask<IResult?> ManifestAsync(PackageName name, string versionOrTag, Caller caller, CancellationToken cancellationToken) => WithAsync(name, caller, snapshot =>
    {
        var version = ForeignWriter.TagsOf(snapshot.Packument, snapshot.Judged.Shown).GetValueOrDefault(versionOrTag) ?? versionOrTag;
        if (snapshot.Packument.Versions.FirstOrDefault(candidate => candidate.Version == version) is not { } found)
        {
            return ValueTask.FromResult<IResult?>(NpmError.NotFound($"{name} has no version or tag {versionOrTag}.", "version-not-found"));
        }
        if (snapshot.Judged.KeptBack.GetValueOrDefault(found.Version) is { } reason)
        {
            return ValueTask.FromResult<IResult?>(KeptBack(name, found.Version, reason, caller));
        }
        var output = new ArrayBufferWriter<byte>();
        ForeignWriter.WriteVersion(name, found, snapshot.View, output);
        return ValueTask.FromResult<IResult?>(new BytesAnswer(output.WrittenMemory, "application/json", snapshot.CacheControl));
    }, cancellationToken);

    public ValueTask<IResult?> TarballAsync(PackageName name, string file, Caller caller, CancellationToken cancellationToken) => WithAsync(name, caller, async snapshot =>
    {
        if (snapshot.Files.GetValueOrDefault(file) is not { } version)
        {
            return NpmError.NotFound($"{name} has no file {file}.", "version-not-found");
        }
        if (snapshot.Judged.KeptBack.GetValueOrDefault(version.Version) is { } reason)
        {
            return KeptBack(name, version.Version, reason, caller);
        }
        return await tarballs.FindAsync(snapshot, version, cancellationToken) switch
        {
            TarballFinding.Found found => new TarballAnswer(found.Tarball, bytes, isPublic: false),
            TarballFinding.Refused { Rule: VerifyUpstream.NoSignature } unsigned => NotSigned(name, version.Version, new KeptBack(unsigned.Rule, unsigned.Reason), caller),
            TarballFinding.Refused refused => NotAsPromised(name, version.Version, new KeptBack(refused.Rule, refused.Reason), caller),
            TarballFinding.Failed failed => UpstreamErrors.Failed($"{name}@{version.Version}", failed.Reason, failed.IsOffline),
            _ => NpmError.NotFound($"{snapshot.Document.Registry} has the version {name}@{version.Version} but not its tarball.", "version-not-found"),
        };
    }, cancellationToken);

    public ValueTask<IResult?> AttestationsAsync(PackageName name, string version, Caller caller, CancellationToken cancellationToken) => WithAsync(name, caller, async snapshot =>
        snapshot.Judged.Shown.FirstOrDefault(shown => shown.Version == version) is { HasAttestations: true } found
            ? await attestations.FindAsync(snapshot, found, cancellationToken)
            : NpmError.NotFound($"There are no attestations of {name}@{version} here.", "no-attestations"), cancellationToken);

    /// <summary>Null for a name that is nobody's, and for whoever may not ask: the same answer as for a name of ours that one may not know.</summary>
    private async ValueTask<IResult?> WithAsync(PackageName name, Caller caller, Func<UpstreamSnapshot, ValueTask<IResult?>> answer, CancellationToken cancellationToken)
    {
        if (routes.For(name) is not { } registry || !readers.MayRead(caller))
        {
            return null;
        }
        return await documents.FindAsync(registry, name, cancellationToken) switch
        {
            UpstreamFinding.Found found => await answer(found.Snapshot),
            UpstreamFinding.Failed failed => UpstreamErrors.Failed(name.Value, failed.Reason, failed.IsOffline),
            _ => null,
        };
    }

    private IResult Document(UpstreamSnapshot snapshot, bool isAbbreviated, Caller caller)
    {
        var (name, judged) = (snapshot.Packument.Name, snapshot.Judged);
        if (judged.KeptBack.Count > 0 && judged.Shown.Count == 0)
        {
            var rule = judged.KeptBack.Values.First().Rule;
            refusals.Remember(name, "", new KeptBack(rule, judged.Message), caller);
            return judged.KeptBack.Values.All(reason => reason.Rule == Assay.Trust.Guards.KeptBack.Malicious)
                ? UpstreamErrors.Malicious(judged.Message)
                : UpstreamErrors.KeptBack(judged.Message, rule);
        }
        return new UpstreamDocumentAnswer(snapshot, isAbbreviated, time.GetUtcNow());
    }

    private JsonAnswer KeptBack(PackageName name, string version, KeptBack reason, Caller caller)
    {
        refusals.Remember(name, version, reason, caller);
        return reason.Rule == Assay.Trust.Guards.KeptBack.Malicious
            ? UpstreamErrors.Malicious($"This registry does not serve {name}@{version}: {reason.Reason}.")
            : UpstreamErrors.KeptBack($"This registry keeps back {name}@{version}: {reason.Reason}.", reason.Rule);
    }

    private JsonAnswer NotAsPromised(PackageName name, string version, KeptBack reason, Caller caller)
    {
        refusals.Remember(name, version, reason, caller);
        return UpstreamErrors.NotAsPromised($"{name}@{version} is not served: {reason.Reason}.", reason.Rule);
    }

    private JsonAnswer NotSigned(PackageName name, string version, KeptBack reason, Caller caller)
    {
        refusals.Remember(name, version, reason, caller);
        return UpstreamErrors.NotSigned($"{name}@{version} is not served: {reason.Reason}.", reason.Rule);
    }
}
