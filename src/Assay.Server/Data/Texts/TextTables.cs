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
                content = '', contentless_delete = 1, prefix = '1 2 3',
                tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'")
            """);
    }

    /// <summary>A vector for each package.</summary>
    public static void MakeOnPostgreSql(MigrationBuilder migration)
    {
        ArgumentNullException.ThrowIfNull(migration);
        migration.Sql("""
            CREATE TABLE "SearchTexts" ("PackageId" bigint PRIMARY KEY, "Vector" tsvector NOT NULL);
            CREATE INDEX "IX_SearchTexts_Vector" ON "SearchTexts" USING gin ("Vector");
            """);
    }

    /// <summary>Takes it away again.</summary>
    public static void Drop(MigrationBuilder migration)
    {
        ArgumentNullException.ThrowIfNull(migration);
        migration.Sql("""DROP TABLE "SearchTexts" """);
    }
}
