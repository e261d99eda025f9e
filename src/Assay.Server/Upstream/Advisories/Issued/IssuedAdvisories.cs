using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Upstream.Advisories;

/// <summary>This registry's own advisories, as they are remembered: there are few. Each is told to whoever may know its package, and to nobody else.</summary>
internal sealed class IssuedAdvisories
{
    public const int PageSize = 100;

    private const string Prefix = "issued-advisories:";
    private const string All = "all";

    private readonly RegistryDbSource source;
    private readonly KnownPackages known;
    private readonly PublicUrl url;
    private readonly Remembered<IReadOnlyList<IssuedAdvisoryRow>> remembered;

    public IssuedAdvisories(RegistryDbSource source, KnownPackages known, PublicUrl url, IChangeFeed changes)
    {
        this.source = source;
        this.known = known;
        this.url = url;
        remembered = new(changes, Prefix, capacity: 1, _ => LoadAsync());
    }

    public const string ChangeKey = Prefix + All;

    /// <summary>Adds them to the answer of an audit: those that hold for a version that was asked about.</summary>
    public async Task AddToAsync(AdvisoryAnswer.Known answer, AuditRequest asked, Caller caller, CancellationToken cancellationToken)
    {
        var holding = (await remembered.GetAsync(All, cancellationToken))
            .Where(row => row.WithdrawnAt is null && asked.Packages.TryGetValue(row.PackageName, out var versions) && versions.Any(version => Holds(row, version)))
            .ToList();
        foreach (var row in await MayBeToldAsync(holding, caller, most: int.MaxValue, cancellationToken))
        {
            if (answer.Packages[row.PackageName] is JsonArray imported)
            {
                imported.Add(IssuedOsv.ForClients(row, url));
            }
            else
            {
                answer.Packages[row.PackageName] = new JsonArray(IssuedOsv.ForClients(row, url));
            }
        }
    }

    /// <summary>The newest first, withdrawn ones among them, and where the next page goes on.</summary>
    public async Task<(IReadOnlyList<IssuedAdvisoryRow> Rows, long? Next)> ListAsync(string? package, long? before, Caller caller, CancellationToken cancellationToken)
    {
        var rows = (await remembered.GetAsync(All, cancellationToken))
            .Where(row => (package is null || row.PackageName == package) && (before is null || row.Id < before)).Reverse().ToList();
        // One more than is shown: that there is more is said only of what may be told.
        var told = await MayBeToldAsync(rows, caller, PageSize + 1, cancellationToken);
        return told.Count > PageSize ? (told[..PageSize], told[PageSize - 1].Id) : (told, null);
    }

    public async Task<IssuedAdvisoryRow?> FindAsync(string name, Caller caller, CancellationToken cancellationToken) =>
        (await MayBeToldAsync((await remembered.GetAsync(All, cancellationToken)).Where(row => row.Name == name), caller, most: 1, cancellationToken)).SingleOrDefault();

    private async Task<List<IssuedAdvisoryRow>> MayBeToldAsync(IEnumerable<IssuedAdvisoryRow> rows, Caller caller, int most, CancellationToken cancellationToken)
    {
        List<IssuedAdvisoryRow> told = [];
        Dictionary<string, bool> isKnown = new(StringComparer.Ordinal);
        await using var db = source.Open();
        foreach (var row in rows)
        {
            if (told.Count == most)
            {
                break;
            }
            if (!isKnown.TryGetValue(row.PackageName, out var mayKnow))
            {
                isKnown[row.PackageName] = mayKnow = await known.MayKnowAsync(db, row.PackageName, caller, cancellationToken);
            }
            if (mayKnow)
            {
                told.Add(row);
            }
        }
        return told;
    }

    private static bool Holds(IssuedAdvisoryRow row, string version) =>
        SemanticVersion.TryParse(version, out var parsed) && VulnerableRange.Holds(row.VulnerableVersions, parsed);

    private async Task<IReadOnlyList<IssuedAdvisoryRow>> LoadAsync()
    {
        await using var db = source.Open();
        return await db.IssuedAdvisories.OrderBy(row => row.Id).ToListAsync();
    }
}
