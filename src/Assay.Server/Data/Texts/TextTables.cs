using Microsoft.EntityFrameworkCore.Migrations;

namespace Assay.Server.Data;

/// <summary>What the migrations make for <see cref="TextIndex"/>.</summary>
public static class TextTables
{
    /// <summary>Words come prepared (letters, digits, lower case), so the tokenizer has only to keep them whole.</summary>
    public static void MakeOnSqlite(MigrationBuilder migration)
    {
        ArgumentNullException.ThrowIfNull(migration);
        migration.Sql("""
            CREATE VIRTUAL TABLE "SearchTexts" USING fts5(
                name, keywords, description, maintainers, readme,
                content = '', contentless_delete = 1,
                tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'")
            """);
    }

    /// <summary>Two vectors for each package: all its words, to be found by, and those before the readme, to be ranked by without reading the long one.</summary>
    public static void MakeOnPostgreSql(MigrationBuilder migration)
    {
        ArgumentNullException.ThrowIfNull(migration);
        // Without the list of what is not in the index yet, which every search would have to read through: there are more searches than publishes.
        migration.Sql("""
            CREATE TABLE "SearchTexts" ("PackageId" bigint PRIMARY KEY, "Head" tsvector NOT NULL, "Words" tsvector NOT NULL);
            CREATE INDEX "IX_SearchTexts_Head" ON "SearchTexts" USING gin ("Head") WITH (fastupdate = off);
            CREATE INDEX "IX_SearchTexts_Words" ON "SearchTexts" USING gin ("Words") WITH (fastupdate = off);
            """);
    }

    /// <summary>Takes it away again.</summary>
    public static void Drop(MigrationBuilder migration)
    {
        ArgumentNullException.ThrowIfNull(migration);
        migration.Sql("""DROP TABLE "SearchTexts" """);
    }
}
