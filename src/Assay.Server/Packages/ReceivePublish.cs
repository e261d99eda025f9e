using Assay.Npm;
using Assay.Provenance;
using Assay.Server.Data;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>A publish whose document, bytes and manifest agree. Its bytes are still only staged.</summary>
internal sealed record ReceivedPublish(PublishRequest Request, PackageManifest Manifest, TarballContents Contents, StagedTarball Tarball);

/// <summary>
/// Judges what a client sends. Nothing that it says about its tarball is taken over: digests, size, name, version and manifest come from
/// the bytes, and what the client says has to agree with them.
/// </summary>
internal sealed class ReceivePublish(DataDirectory directory, IOptions<PackagesOptions> options)
{
    /// <summary>Streams the body; the tarball goes to the staging place, the rest is returned.</summary>
    public async Task<PublishReading> ReadAsync(Stream body, StagedTarball staged, CancellationToken cancellationToken)
    {
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
        if (!PublishRequest.TryRead(document, out var request, out var problem))
        {
            return (null, Bad(problem.Code, problem.Text));
        }
        if (Disagreement(name, request, staged) is { } disagreement)
        {
            return (null, disagreement);
        }
        return await TarballReader.ReadAsync(staged.Rewound(), Limits(), cancellationToken) switch
        {
            TarballReading.Accepted accepted => Agree(request, accepted.Contents, staged),
            TarballReading.Refused refused => (null, Bad(refused.Problem.Code, refused.Problem.Text)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static (ReceivedPublish? Publish, Denial? Denial) Agree(PublishRequest request, TarballContents contents, StagedTarball staged)
    {
        if (!PackageManifest.TryRead(contents, request.Publisher, out var manifest, out var problems))
        {
            return (null, Bad("invalid-manifest", string.Join(" ", problems)));
        }
        if (manifest.Name != request.Name)
        {
            return (null, Bad("name-mismatch", $"The tarball's package.json is named {manifest.Name}, but it was published as {request.Name}."));
        }
        return manifest.Version == request.Version
            ? (new ReceivedPublish(request, manifest, contents, staged), null)
            : (null, Bad("version-mismatch", $"The tarball's package.json has version {manifest.Version}, but it was published as {request.Version}."));
    }

    private static Denial? Disagreement(PackageName name, PublishRequest request, StagedTarball staged)
    {
        if (request.Name != name)
        {
            return Bad("name-mismatch", $"The document is about {request.Name}, but was sent to {name}.");
        }
        if (request.Provenance is { } attached)
        {
            return NotVerifiable(request, attached);
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

    // What is not verified is not stored, and dropping it in silence would let the publisher believe that it was.
    private static Denial NotVerifiable(PublishRequest request, OtherAttachment attached)
    {
        var about = PackageUrl.Of(request.Name, request.Version);
        var text = !UnverifiedBundle.TryRead(attached.Data, out var bundle) ? $"The attachment {attached.Key} is not a provenance bundle."
            : bundle.Subject != about ? $"The provenance bundle is about {bundle.Subject}, not about {about}."
            : "This registry does not verify provenance bundles yet, and does not store what it has not verified. Publish without --provenance.";
        return new Denial(StatusCodes.Status422UnprocessableEntity, "provenance-not-verified", text);
    }

    private TarballLimits Limits() => TarballLimits.Default with
    {
        MaxEntries = options.Value.MaximumFiles,
        MaxUnpackedSize = options.Value.MaximumUnpackedBytes,
    };

    /// <summary>The refusal of a document or tarball, by the code that its reader gave.</summary>
    public static Denial Bad(string code, string text) =>
        new(code.Contains("too-large", StringComparison.Ordinal) ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest, code, text);
}
