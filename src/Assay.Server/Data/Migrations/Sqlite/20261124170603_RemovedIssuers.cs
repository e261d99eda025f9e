using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class RemovedIssuers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "RemovedAt",
                table: "IssuerBindings",
                type: "INTEGER",
                nullable: true);

            // Until now there were only definitions that ship, and those are pinned by that fact alone.
            migrationBuilder.Sql("""UPDATE "IssuerBindings" SET "DefinitionDigest" = '';""");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "RemovedAt",
                table: "IssuerBindings");
        }
    }
}
