using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Everyday : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "ImportedAt",
                table: "Versions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ImportedFrom",
                table: "Versions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "RestoredAt",
                table: "State",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Advisories",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Advisory = table.Column<string>(type: "TEXT", nullable: false),
                    Package = table.Column<string>(type: "TEXT", nullable: false),
                    VulnerableVersions = table.Column<string>(type: "TEXT", nullable: false),
                    Json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Advisories", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "AdvisoryImports",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Source = table.Column<string>(type: "TEXT", nullable: false),
                    Advisories = table.Column<int>(type: "INTEGER", nullable: false),
                    KnownUntil = table.Column<long>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AdvisoryImports", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "OwnedNames",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    By = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OwnedNames", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "UpstreamAttestations",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Registry = table.Column<string>(type: "TEXT", nullable: false),
                    Sha512 = table.Column<byte[]>(type: "BLOB", nullable: false),
                    FetchedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UpstreamAttestations", x => new { x.Name, x.Version });
                });

            migrationBuilder.CreateTable(
                name: "UpstreamKeys",
                columns: table => new
                {
                    Registry = table.Column<string>(type: "TEXT", nullable: false),
                    KeyId = table.Column<string>(type: "TEXT", nullable: false),
                    KeyType = table.Column<string>(type: "TEXT", nullable: false),
                    Scheme = table.Column<string>(type: "TEXT", nullable: false),
                    Key = table.Column<string>(type: "TEXT", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: true),
                    SeenAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UpstreamKeys", x => new { x.Registry, x.KeyId });
                });

            migrationBuilder.CreateTable(
                name: "UpstreamPackages",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Registry = table.Column<string>(type: "TEXT", nullable: false),
                    Sha512 = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Size = table.Column<long>(type: "INTEGER", nullable: false),
                    ETag = table.Column<string>(type: "TEXT", nullable: true),
                    LastModified = table.Column<string>(type: "TEXT", nullable: true),
                    ValidatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UpstreamPackages", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "UpstreamRefusals",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Rule = table.Column<string>(type: "TEXT", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: false),
                    Caller = table.Column<string>(type: "TEXT", nullable: false),
                    Address = table.Column<string>(type: "TEXT", nullable: false),
                    FirstAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LastAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UpstreamRefusals", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "UpstreamRulings",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Kind = table.Column<string>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: false),
                    By = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    LiftedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    LiftedBy = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UpstreamRulings", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "UpstreamTarballs",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Registry = table.Column<string>(type: "TEXT", nullable: false),
                    Sha512 = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Shasum = table.Column<string>(type: "TEXT", nullable: false),
                    Size = table.Column<long>(type: "INTEGER", nullable: false),
                    FetchedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UpstreamTarballs", x => new { x.Name, x.Version });
                });

            migrationBuilder.CreateIndex(
                name: "IX_Advisories_Advisory_Package",
                table: "Advisories",
                columns: new[] { "Advisory", "Package" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Advisories_Package",
                table: "Advisories",
                column: "Package");

            migrationBuilder.CreateIndex(
                name: "IX_UpstreamAttestations_Sha512",
                table: "UpstreamAttestations",
                column: "Sha512");

            migrationBuilder.CreateIndex(
                name: "IX_UpstreamPackages_Sha512",
                table: "UpstreamPackages",
                column: "Sha512");

            migrationBuilder.CreateIndex(
                name: "IX_UpstreamRefusals_LastAt",
                table: "UpstreamRefusals",
                column: "LastAt");

            migrationBuilder.CreateIndex(
                name: "IX_UpstreamRefusals_Name_Version_Rule_Caller",
                table: "UpstreamRefusals",
                columns: new[] { "Name", "Version", "Rule", "Caller" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_UpstreamRulings_LiftedAt",
                table: "UpstreamRulings",
                column: "LiftedAt");

            migrationBuilder.CreateIndex(
                name: "IX_UpstreamTarballs_Sha512",
                table: "UpstreamTarballs",
                column: "Sha512");

            // Until now nobody else answered for any name: the scopes with packages or policies are this registry's.
            migrationBuilder.Sql("""
                INSERT INTO "OwnedNames" ("Name", "By", "At")
                SELECT "Scope", 'registry', 0 FROM (
                    SELECT substr("Name", 1, instr("Name", '/') - 1) AS "Scope" FROM "Packages" WHERE "Name" LIKE '@%/%'
                    UNION SELECT "Scope" FROM "TrustPolicies" WHERE "Scope" LIKE '@%') AS "Scopes"
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Advisories");

            migrationBuilder.DropTable(
                name: "AdvisoryImports");

            migrationBuilder.DropTable(
                name: "OwnedNames");

            migrationBuilder.DropTable(
                name: "UpstreamAttestations");

            migrationBuilder.DropTable(
                name: "UpstreamKeys");

            migrationBuilder.DropTable(
                name: "UpstreamPackages");

            migrationBuilder.DropTable(
                name: "UpstreamRefusals");

            migrationBuilder.DropTable(
                name: "UpstreamRulings");

            migrationBuilder.DropTable(
                name: "UpstreamTarballs");

            migrationBuilder.DropColumn(
                name: "ImportedAt",
                table: "Versions");

            migrationBuilder.DropColumn(
                name: "ImportedFrom",
                table: "Versions");

            migrationBuilder.DropColumn(
                name: "RestoredAt",
                table: "State");
        }
    }
}
