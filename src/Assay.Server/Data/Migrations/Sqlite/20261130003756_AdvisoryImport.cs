using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class AdvisoryImport : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Advisories_Advisory_Package",
                table: "Advisories");

            migrationBuilder.DropIndex(
                name: "IX_Advisories_Package",
                table: "Advisories");

            migrationBuilder.AddColumn<long>(
                name: "Import",
                table: "Advisories",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            // Package was "7:lodash" before, with the import's number in front.
            migrationBuilder.Sql("""
                UPDATE "Advisories" SET
                    "Import" = CAST(substr("Package", 1, instr("Package", ':') - 1) AS INTEGER),
                    "Package" = substr("Package", instr("Package", ':') + 1)
                """);

            migrationBuilder.CreateIndex(
                name: "IX_Advisories_Import_Package_Advisory",
                table: "Advisories",
                columns: new[] { "Import", "Package", "Advisory" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Advisories_Import_Package_Advisory",
                table: "Advisories");

            migrationBuilder.Sql("""UPDATE "Advisories" SET "Package" = "Import" || ':' || "Package" """);

            migrationBuilder.DropColumn(
                name: "Import",
                table: "Advisories");

            migrationBuilder.CreateIndex(
                name: "IX_Advisories_Advisory_Package",
                table: "Advisories",
                columns: new[] { "Advisory", "Package" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Advisories_Package",
                table: "Advisories",
                column: "Package");
        }
    }
}
