using System.Buffers;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Identity;
using Microsoft.Extensions.Options;

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
        string package, HttpContext context, Caller caller, PackageDocuments documents, ForeignNames foreign, CancellationToken cancellationToken)
    {
        if (IsOfABrowser(context.Request))
        {
            return Results.Redirect($"{context.Request.PathBase}/-/packages/{Uri.UnescapeDataString(package)}");
        }
        var isAbbreviated = DocumentAnswer.WantsAbbreviated(context.Request);
        var (snapshot, denial) = await ReadableAsync(package, caller, documents, cancellationToken);
        return snapshot is not null
            ? new DocumentAnswer(snapshot, isAbbreviated)
            : await foreign.AnswerAsync(package, (others, name) => others.DocumentAsync(name, isAbbreviated, caller, cancellationToken), cancellationToken) ?? denial!;
    }

    /// <summary>Somebody followed a link: no browser sends a token. The page says what its visitor may know.</summary>
    private static bool IsOfABrowser(HttpRequest request) => request.Headers.Authorization.Count == 0 && PageReader.Asks(request);

    private static async Task<IResult> ManifestAsync(
        string package, string versionOrTag, Caller caller, PackageDocuments documents, ForeignNames foreign, CancellationToken cancellationToken)
    {
        var wanted = Uri.UnescapeDataString(versionOrTag);
        var (snapshot, denial) = await ReadableAsync(package, caller, documents, cancellationToken);
        if (snapshot is null)
        {
            return await foreign.AnswerAsync(package, (others, name) => others.ManifestAsync(name, wanted, caller, cancellationToken), cancellationToken) ?? denial!;
        }
        var version = snapshot.Facts.DistTags.GetValueOrDefault(wanted)
            ?? (SemanticVersion.TryParse(wanted, out var parsed) ? parsed.ToString() : wanted);
        if (snapshot.Facts.Versions.FirstOrDefault(candidate => candidate.Version == version) is not { } facts)
        {
            return NpmError.NotFound($"{snapshot.Facts.Name} has no version or tag {wanted}.", "version-not-found");
        }
        var output = new ArrayBufferWriter<byte>();
        PackumentWriter.WriteVersion(snapshot.Facts, facts, snapshot.PublicBase, output);
        return new BytesAnswer(output.WrittenMemory, "application/json", snapshot.CacheControl);
    }

    private static async Task<IResult> TarballAsync(
        string package, string file, Caller caller, PackageDocuments documents, TarballBytes bytes, ForeignNames foreign, RegistryDbSource source,
        CancellationToken cancellationToken)
    {
        var (snapshot, denial) = await ReadableAsync(package, caller, documents, cancellationToken);
        var wanted = Uri.UnescapeDataString(file);
        if (snapshot is not null && snapshot.Tarballs.TryGetValue(wanted, out var tarball))
        {
            return new TarballAnswer(tarball, bytes, snapshot.IsPublic);
        }
        return await foreign.AnswerAsync(package, (others, name) => others.TarballAsync(name, wanted, caller, cancellationToken), cancellationToken)
            ?? await QuarantinedAsync(package, wanted, caller, source, cancellationToken)
            ?? denial
            ?? NpmError.NotFound($"{snapshot!.Facts.Name} has no file {file}.", "version-not-found");
    }

    private static async Task<JsonAnswer?> QuarantinedAsync(
        string package, string file, Caller caller, RegistryDbSource source, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return PackageName.TryParse(package, null, out var name) ? await Quarantine.TellAsync(db, name, file, caller, cancellationToken) : null;
    }

    // `true` makes npm and pnpm send name and digest to the public Sigstore log: never of what only members may know. To `npm access` alone, which sends nothing
    // anywhere, it is no more than the answer.
    private static async Task<IResult> VisibilityAsync(
        string package, HttpRequest request, Caller caller, PackageDocuments documents, IOptions<AttestationsOptions> attestations, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name) || caller is Caller.Anonymous or Caller.Rejected)
        {
            return Denials.SignInNeeded(caller);
        }
        var (snapshot, denial) = await ReadableAsync(package, caller, documents, cancellationToken);
        var mayKnow = snapshot is not null || (caller is Caller.Workload workload && workload.Grant.IsFor(name));
        var mayTell = attestations.Value.Visibility is VisibilityAnswer.Packages || request.Headers["npm-command"] == "access";
        var isPublic = mayTell && snapshot is { IsPublic: true };
        return mayKnow ? JsonAnswer.Ok(new JsonObject { ["public"] = isPublic }) : denial!;
    }

    /// <summary>The package, or the answer to who may not read it: also for what is said of it elsewhere.</summary>
    internal static async ValueTask<(PackageSnapshot? Snapshot, JsonAnswer? Denial)> ReadableAsync(
        string package, Caller caller, PackageDocuments documents, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name))
        {
            return (null, NpmError.NotFound("There is nothing at this address."));
        }
        return await documents.FindReadableAsync(name, caller, cancellationToken) is { } snapshot
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
