using System.Buffers;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>What installing clients ask for: documents, manifests, tarballs.</summary>
internal static class ReadingEndpoints
{
    private static readonly string[] Readable = ["GET", "HEAD"];

    public static void MapReading(this IEndpointRouteBuilder app)
    {
        app.MapMethods("/{package}", Readable, PackumentAsync);
        app.MapMethods("/{package}/{versionOrTag}", Readable, ManifestAsync);
        app.MapMethods("/{package}/-/{file}", Readable, TarballAsync);
        app.MapGet("/-/ping", () => JsonAnswer.Ok(new JsonObject()));
        app.MapGet("/-/package/{package}/visibility", VisibilityAsync);
    }

    private static async Task<IResult> PackumentAsync(
        string package, HttpContext context, Caller caller, PackageDocuments documents, CancellationToken cancellationToken)
    {
        var (snapshot, denial) = await ReadableAsync(package, caller, documents, cancellationToken);
        if (snapshot is null)
        {
            return denial!;
        }
        var isAbbreviated = DocumentAnswer.WantsAbbreviated(context.Request);
        return new DocumentAnswer(snapshot, isAbbreviated ? snapshot.Abbreviated : snapshot.Full, isAbbreviated);
    }

    private static async Task<IResult> ManifestAsync(
        string package, string versionOrTag, HttpContext context, Caller caller, PackageDocuments documents, CancellationToken cancellationToken)
    {
        var (snapshot, denial) = await ReadableAsync(package, caller, documents, cancellationToken);
        if (snapshot is null)
        {
            return denial!;
        }
        var wanted = Uri.UnescapeDataString(versionOrTag);
        var version = snapshot.Facts.DistTags.GetValueOrDefault(wanted)
            ?? (SemanticVersion.TryParse(wanted, out var parsed) ? parsed.ToString() : wanted);
        if (snapshot.Facts.Versions.FirstOrDefault(candidate => candidate.Version == version) is not { } facts)
        {
            return NpmError.NotFound($"{snapshot.Facts.Name} has no version or tag {wanted}.", "version-not-found");
        }
        var output = new ArrayBufferWriter<byte>();
        PackumentWriter.WriteVersion(snapshot.Facts, facts, snapshot.PublicBase, output);
        return new BytesAnswer(output.WrittenMemory, "application/json", DocumentAnswer.Caching(snapshot));
    }

    private static async Task<IResult> TarballAsync(
        string package, string file, Caller caller, PackageDocuments documents, TarballBytes bytes, CancellationToken cancellationToken)
    {
        var (snapshot, denial) = await ReadableAsync(package, caller, documents, cancellationToken);
        if (snapshot is null)
        {
            return denial!;
        }
        return snapshot.Tarballs.TryGetValue(Uri.UnescapeDataString(file), out var tarball)
            ? new TarballAnswer(tarball, bytes, snapshot.Access == PackageRules.Public)
            : NpmError.NotFound($"{snapshot.Facts.Name} has no file {file}.", "version-not-found");
    }

    // `true` would make npm and pnpm send names and digests of private packages to the public Sigstore log.
    private static async Task<IResult> VisibilityAsync(
        string package, Caller caller, PackageDocuments documents, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name) || caller is Caller.Anonymous or Caller.Rejected)
        {
            return Denials.SignInNeeded(caller);
        }
        var (snapshot, denial) = await ReadableAsync(package, caller, documents, cancellationToken);
        var mayKnow = snapshot is not null || (caller is Caller.Workload workload && workload.Grant.Package == name);
        return mayKnow ? JsonAnswer.Ok(new JsonObject { ["public"] = false }) : denial!;
    }

    /// <summary>What does not exist and what the caller may not know are one answer.</summary>
    private static async ValueTask<(PackageSnapshot? Snapshot, JsonAnswer? Denial)> ReadableAsync(
        string package, Caller caller, PackageDocuments documents, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name))
        {
            return (null, NpmError.NotFound("There is nothing at this address."));
        }
        var snapshot = await documents.FindAsync(name, cancellationToken);
        return snapshot is not null && PackageRules.MayRead(caller, name, snapshot.Access)
            ? (snapshot, null)
            : (null, NotReadable(name, caller));
    }

    private static JsonAnswer NotReadable(PackageName name, Caller caller)
    {
        if (caller is Caller.Anonymous or Caller.Rejected)
        {
            return Denials.SignInNeeded(caller);
        }
        var setting = name.Scope is null ? "" : $" Only packages published here are served: point npm at it for your own scope alone, with {name.Scope}:registry=.";
        return NpmError.With(StatusCodes.Status404NotFound, "not-found", $"{name} is not in this registry, or you may not read it.",
            notice: $"{name} is not in this registry, or you may not read it.{setting}");
    }
}
