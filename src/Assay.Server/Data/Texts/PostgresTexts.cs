using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Data;

/// <summary><c>tsvector</c> with GIN indexes. Vectors and queries are written here and not by the database's parser, so that both databases know the same words.</summary>
internal sealed class PostgresTexts : TextIndex
{
    // PostgreSQL counts no further.
    private const int LastPosition = 16_383;

    public override IQueryable<TextHit> Find(RegistryDb db, IReadOnlyList<string> words)
    {
        var query = All(words, ":*");
        return db.Database.SqlQuery<TextHit>($"""
            SELECT "PackageId", ts_rank("Head", {query}::tsquery)::double precision AS "Fit" FROM "SearchTexts" WHERE "Words" @@ {query}::tsquery
            """);
    }

    public override IQueryable<TextHit> FindNames(RegistryDb db, IReadOnlyList<string> words)
    {
        var query = All(words, ":*A");
        return db.Database.SqlQuery<TextHit>($"""
            SELECT "PackageId", 1::double precision AS "Fit" FROM "SearchTexts" WHERE "Head" @@ {query}::tsquery
            """);
    }

    public override Task PutAsync(RegistryDb db, long packageId, IndexedText text, CancellationToken cancellationToken)
    {
        var head = Vector((text.Name, 'A'), (text.Keywords, 'B'), (text.Description, 'C'), (text.Maintainers, 'C'));
        var all = Vector(([.. text.Name, .. text.Keywords, .. text.Description, .. text.Maintainers, .. text.Readme], 'D'));
        return db.Database.ExecuteSqlAsync($"""
            INSERT INTO "SearchTexts" ("PackageId", "Head", "Words") VALUES ({packageId}, {head}::tsvector, {all}::tsvector)
            ON CONFLICT ("PackageId") DO UPDATE SET "Head" = excluded."Head", "Words" = excluded."Words"
            """, cancellationToken);
    }

    public override Task RemoveAsync(RegistryDb db, long packageId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"""DELETE FROM "SearchTexts" WHERE "PackageId" = {packageId}""", cancellationToken);

    private static string All(IEnumerable<string> words, string suffix) => string.Join(" & ", words.Select(word => Quoted(word) + suffix));

    private static string Vector(params IReadOnlyList<(IReadOnlyList<string> Words, char Weight)> texts)
    {
        var vector = new StringBuilder();
        var position = 0;
        foreach (var (words, weight) in texts)
        {
            foreach (var word in words)
            {
                position = Math.Min(position + 1, LastPosition);
                vector.Append(Quoted(word)).Append(':').Append(position).Append(weight).Append(' ');
            }
        }
        return vector.ToString();
    }

    private static string Quoted(string word) => $"'{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";
}
