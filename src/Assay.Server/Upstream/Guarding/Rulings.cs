using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.Guards;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Upstream;

/// <summary>What operators decided about packages of others, as it is remembered: there are few.</summary>
internal sealed class Rulings
{
    private const string Prefix = "upstream-rulings:";
    private const string All = "all";

    private readonly Remembered<IReadOnlyCollection<Ruling>> remembered;

    public Rulings(RegistryDbSource source, IChangeFeed changes) => remembered = new(changes, Prefix, capacity: 1, _ => LoadAsync(source));

    public const string ChangeKey = Prefix + All;

    public ValueTask<IReadOnlyCollection<Ruling>> ListAsync(CancellationToken cancellationToken) => remembered.GetAsync(All, cancellationToken);

    private static async Task<IReadOnlyCollection<Ruling>> LoadAsync(RegistryDbSource source)
    {
        await using var db = source.Open();
        var rows = await db.UpstreamRulings.Where(row => row.LiftedAt == null).ToListAsync();
        return [.. rows.Select(row => new Ruling(
            row.Kind == UpstreamRulingRow.Quarantine ? RulingKind.Quarantine : RulingKind.Release, row.Name, row.Version.Length == 0 ? null : row.Version, row.Reason))];
    }
}
