using Assay.Npm;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>A publish whose document, bytes and manifest agree. Its bytes are still only staged.</summary>
internal sealed record ReceivedPublish(PublishRequest Request, JudgedTarball Judged)
{
    public PackageManifest Manifest => Judged.Manifest;

    public StagedTarball Tarball => Judged.Bytes;

    /// <summary>The client's bundle about these bytes, when it brought one.</summary>
    public VerifiedProvenance? Provenance { get; init; }

    /// <summary>It shall wait for people.</summary>
    public bool IsStage { get; init; }

    /// <summary>The stage that it was, when it is published by approval.</summary>
    public ApprovedStage? Approved { get; init; }

    public WorkloadAct.Publish Act => new(Manifest.Name, Manifest.Version.ToString(), Request.Tag, Tarball.Integrity, IsStage || Approved is not null)
    {
        Certified = Provenance?.Run,
    };

    /// <summary>Whether a run brought these bytes.</summary>
    public bool IsOfARun(Caller caller) => Approved?.IsOfARun ?? caller is Caller.Workload;

    /// <summary>What a person is asked a second factor for.</summary>
    public SensitiveAct Asked => SensitiveAct.Of(
        $"publish {Manifest.Name}@{Manifest.Version} under the tag {Request.Tag}",
        "publish", Manifest.Name.Value, Manifest.Version.ToString(), Tarball.Integrity.ToString(), Request.Tag.Value, Request.Access?.ToString());

    /// <summary>What tells a repeated PUT from a second publish: the credential, and for a person also the tag.</summary>
    public string CredentialOf(Caller caller) => caller switch
    {
        Caller.Member member => $"access:{member.Token.Id}:{Request.Tag}",
        Caller.Workload workload => $"publish:{workload.Grant.TokenId}",
        _ => "",
    };
}

/// <summary>
/// Judges what a client sends. Nothing that it says about its tarball is taken over: digests, size, name, version and manifest come from
/// the bytes, and what the client says has to agree with them.
/// </summary>
internal sealed class ReceivePublish(DataDirectory directory, JudgeTarball judge, VerifyProvenance provenance, IOptions<PackagesOptions> options)
{
    /// <summary>Streams the body; the tarball goes to the staging place, the rest is returned.</summary>
    public async Task<PublishReading> ReadAsync(Stream body, StagedTarball staged, CancellationToken cancellationToken)
    {
        using var step = TelemetrySource.Step("publish.receive");
        var limits = new PublishLimits { MaxMetadataSize = options.Value.MaximumMetadataBytes, MaxTarballSize = options.Value.MaximumTarballBytes };
        var reading = await PublishDocumentReader.ReadAsync(body, limits, staged.AppendAsync, cancellationToken);
        staged.Complete();
        return reading;
    }

    public StagedTarball NewStage() => new(directory);

    /// <summary>The publish, or what is wrong with it.</summary>
    public async Task<(ReceivedPublish? Publish, Denial? Denial)> JudgeAsync(
        PackageName name, PublishDocument document, StagedTarball staged, CancellationToken cancellationToken)
    {
        using var step = TelemetrySource.Step("publish.judge");
        if (!PublishRequest.TryRead(document, out var request, out var problem))
        {
            return (null, Bad(problem.Code, problem.Text));
        }
        return Disagreement(name, request, staged) is { } disagreement ? (null, disagreement) : await JudgeAsync(request, staged, cancellationToken);
    }

    /// <summary>The same of a request that was judged before, and whose bytes were kept.</summary>
    public async Task<(ReceivedPublish? Publish, Denial? Denial)> JudgeAsync(PublishRequest request, StagedTarball staged, CancellationToken cancellationToken)
    {
        // Before the tarball is read: that can cost more than any signature.
        var verdict = request.Provenance is { } attached ? provenance.Verify(request.Name, request.Version, staged.Integrity, attached.Data) : null;
        if (verdict is ProvenanceVerdict.Refused unproved)
        {
            return (null, ProvenanceDenial.Of(unproved.Code, unproved.Text));
        }
        var (judged, wrong) = await judge.RunAsync(staged, request.Publisher, cancellationToken);
        wrong ??= JudgeTarball.Disagreement(judged!.Manifest, request.Name, request.Version);
        return wrong is null ? WithProvenance(new ReceivedPublish(request, judged!), verdict as ProvenanceVerdict.Verified) : (null, wrong);
    }

    private (ReceivedPublish? Publish, Denial? Denial) WithProvenance(ReceivedPublish publish, ProvenanceVerdict.Verified? verified)
    {
        if (verified is null)
        {
            return (publish, null);
        }
        return provenance.MatchRepository(verified.Provenance, publish.Manifest.RepositoryUrl) switch
        {
            ProvenanceVerdict.Verified matched => (publish with { Provenance = matched.Provenance }, null),
            ProvenanceVerdict.Refused refused => (null, ProvenanceDenial.Of(refused.Code, refused.Text)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static Denial? Disagreement(PackageName name, PublishRequest request, StagedTarball staged)
    {
        if (request.Name != name)
        {
            return Bad("name-mismatch", $"The document is about {request.Name}, but was sent to {name}.");
        }
        if (request.Tarball.DeclaredLength is { } declared && declared != staged.Length)
        {
            return Bad("length-mismatch", $"The tarball has {staged.Length} bytes, but the document says {declared}.");
        }
        if (request.Integrity is { } integrity && !integrity.Equals(staged.Integrity))
        {
            return Bad("integrity-mismatch", $"The tarball's bytes are {staged.Integrity}, but the document says {integrity}.");
        }
        return request.Shasum is { } shasum && shasum != staged.Shasum
            ? Bad("integrity-mismatch", $"The tarball's SHA-1 is {staged.Shasum}, but the document says {shasum}.")
            : null;
    }

    /// <summary>The refusal of a document or tarball, by the code that its reader gave.</summary>
    public static Denial Bad(string code, string text) =>
        new(code.Contains("too-large", StringComparison.Ordinal) ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest, code, text);
}
