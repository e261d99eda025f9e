using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Where the source of a version can be looked at: proved where its provenance says so and the caller may know, else as its package.json claims.</summary>
internal sealed record VersionSource(SourceTree Tree, bool IsProved);

/// <summary>Finds the source of a version.</summary>
internal sealed class FindSource(RegistryDbSource source)
{
    /// <summary>Null when nothing is said that leads to pages of a host that is known.</summary>
    public async Task<VersionSource?> RunAsync(BrowsedVersion version, Caller caller, CancellationToken cancellationToken)
    {
        var declared = Declared.Read(version.Facts.FullJson);
        return await ProvedAsync(version, caller, declared.Directory, cancellationToken) is { } proved ? new VersionSource(proved, IsProved: true)
            : SourceTree.TryRead(declared.Repository, declared.Commit, declared.Directory, kind: null, out var claimed) ? new VersionSource(claimed, IsProved: false)
            : null;
    }

    private async Task<SourceTree?> ProvedAsync(BrowsedVersion version, Caller caller, string? directory, CancellationToken cancellationToken)
    {
        var name = version.Package.Facts.Name.Value;
        await using var db = source.Open();
        var package = await db.Packages.SingleAsync(row => row.Name == name, cancellationToken);
        var marks = await AttestationMark.OfVersionAsync(db, package.Id, version.Facts.Version, cancellationToken);
        var seen = marks.Where(mark => mark.IsProvenance && AttestationEndpoints.MaySee(caller, package, mark)).Select(mark => mark.Id).ToList();
        if (seen.Count == 0)
        {
            return null;
        }
        var rows = await db.Attestations.Where(row => seen.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        var kind = version.Facts.Publisher?.TrustedPublisher?.Id;
        return rows.Select(row => TreeOf(row, directory, kind)).FirstOrDefault(tree => tree is not null);
    }

    // Statements of the registry and those of clients name what was built in the same place (SLSA provenance v1).
    private static SourceTree? TreeOf(AttestationRow row, string? directory, string? kind)
    {
        var statement = row.Bundle is null ? JsonNode.Parse(row.Statement) : StatementIn(JsonNode.Parse(row.Bundle));
        return statement?["predicate"]?["buildDefinition"]?["resolvedDependencies"] is JsonArray { Count: > 0 } dependencies
            && SourceTree.TryRead((string?)dependencies[0]?["uri"], (string?)dependencies[0]?["digest"]?["gitCommit"], directory, kind, out var tree)
            ? tree
            : null;
    }

    private static JsonNode? StatementIn(JsonNode? bundle) =>
        (string?)bundle?["dsseEnvelope"]?["payload"] is { } payload ? JsonNode.Parse(Convert.FromBase64String(payload)) : null;

    private sealed record Declared(string? Repository, string? Directory, string? Commit)
    {
        public static Declared Read(ReadOnlyMemory<byte> manifest)
        {
            using var document = JsonDocument.Parse(manifest);
            var isSaid = document.RootElement.TryGetProperty("repository", out var repository);
            var isObject = isSaid && repository.ValueKind is JsonValueKind.Object;
            return new Declared(
                isObject ? Text(repository, "url") : isSaid && repository.ValueKind is JsonValueKind.String ? repository.GetString() : null,
                isObject ? Text(repository, "directory") : null,
                Text(document.RootElement, "gitHead"));
        }

        private static string? Text(JsonElement of, string name) =>
            of.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
    }
}
