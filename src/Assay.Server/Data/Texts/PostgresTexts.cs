using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Data;

/// <summary>A <c>tsvector</c> with a GIN index. Vectors and queries are written here and not by the database's parser, so that both databases know the same words.</summary>
internal sealed class PostgresTexts : TextIndex
{
    // PostgreSQL counts no further.
    private const int LastPosition = 16_383;

    public override IQueryable<TextHit> Find(RegistryDb db, IReadOnlyList<string> words) => Matching(db, All(words, ":*"));

    public override IQueryable<TextHit> FindNames(RegistryDb db, IReadOnlyList<string> words) => Matching(db, All(words, ":*A"));

    public override Task PutAsync(RegistryDb db, long packageId, IndexedText text, CancellationToken cancellationToken)
    {
        var vector = Vector(text);
        return db.Database.ExecuteSqlAsync($"""
            INSERT INTO "SearchTexts" ("PackageId", "Vector") VALUES ({packageId}, {vector}::tsvector)
            ON CONFLICT ("PackageId") DO UPDATE SET "Vector" = excluded."Vector"
            """, cancellationToken);
    }

    public override Task RemoveAsync(RegistryDb db, long packageId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"""DELETE FROM "SearchTexts" WHERE "PackageId" = {packageId}""", cancellationToken);

    private static IQueryable<TextHit> Matching(RegistryDb db, string query) => db.Database.SqlQuery<TextHit>($"""
        SELECT "PackageId", ts_rank("Vector", {query}::tsquery)::double precision AS "Fit" FROM "SearchTexts" WHERE "Vector" @@ {query}::tsquery
        """);

    private static string All(IEnumerable<string> words, string suffix) => string.Join(" & ", words.Select(word => Quoted(word) + suffix));

    private static string Vector(IndexedText text)
    {
        var vector = new StringBuilder();
        var position = 0;
        foreach (var (words, weight) in new[] { (text.Name, 'A'), (text.Keywords, 'B'), (text.Description, 'C'), (text.Maintainers, 'C'), (text.Readme, 'D') })
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
