using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Data;

/// <summary>FTS5. The table keeps the index alone, not the text.</summary>
internal sealed class SqliteTexts : TextIndex
{
    public override IQueryable<TextHit> Find(RegistryDb db, IReadOnlyList<string> words) => Matching(db, All(words));

    public override IQueryable<TextHit> FindNames(RegistryDb db, IReadOnlyList<string> words) => Matching(db, $"name : ({All(words)})");

    // REPLACE: there is no other way to change what the table does not keep.
    public override Task PutAsync(RegistryDb db, long packageId, IndexedText text, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync($"""
        INSERT OR REPLACE INTO "SearchTexts" (rowid, name, keywords, description, maintainers, readme)
        VALUES ({packageId}, {Line(text.Name)}, {Line(text.Keywords)}, {Line(text.Description)}, {Line(text.Maintainers)}, {Line(text.Readme)})
        """, cancellationToken);

    public override Task RemoveAsync(RegistryDb db, long packageId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"""DELETE FROM "SearchTexts" WHERE rowid = {packageId}""", cancellationToken);

    // The rank can be asked for in the innermost query alone, and the limit keeps it innermost. The better one is the lower one there.
    private static IQueryable<TextHit> Matching(RegistryDb db, string match) => db.Database.SqlQuery<TextHit>($"""
        SELECT rowid AS "PackageId", -bm25("SearchTexts", 10.0, 5.0, 3.0, 2.0, 1.0) AS "Fit" FROM "SearchTexts" WHERE "SearchTexts" MATCH {match} LIMIT -1
        """);

    private static string All(IEnumerable<string> words) => string.Join(" AND ", words.Select(word => $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\"*"));

    private static string Line(IEnumerable<string> words) => string.Join(' ', words);
}
