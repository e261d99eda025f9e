using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Usage : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "DownloadDays",
                columns: table => new
                {
                    VersionId = table.Column<long>(type: "INTEGER", nullable: false),
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    PackageId = table.Column<long>(type: "INTEGER", nullable: false),
                    Month = table.Column<int>(type: "INTEGER", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DownloadDays", x => new { x.VersionId, x.Day });
                });

            migrationBuilder.CreateTable(
                name: "DownloadMonths",
                columns: table => new
                {
                    PackageId = table.Column<long>(type: "INTEGER", nullable: false),
                    Month = table.Column<int>(type: "INTEGER", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DownloadMonths", x => new { x.PackageId, x.Month });
                });

            migrationBuilder.CreateTable(
                name: "UpstreamDays",
                columns: table => new
                {
                    Registry = table.Column<string>(type: "TEXT", nullable: false),
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UpstreamDays", x => new { x.Registry, x.Day, x.Kind });
                });

            migrationBuilder.CreateIndex(
                name: "IX_DownloadDays_Day",
                table: "DownloadDays",
                column: "Day");

            migrationBuilder.CreateIndex(
                name: "IX_DownloadDays_PackageId_Day",
                table: "DownloadDays",
                columns: new[] { "PackageId", "Day" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "DownloadDays");

            migrationBuilder.DropTable(
                name: "DownloadMonths");

            migrationBuilder.DropTable(
                name: "UpstreamDays");
        }
    }
}
