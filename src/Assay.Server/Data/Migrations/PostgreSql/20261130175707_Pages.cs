using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Server.Data.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class Pages : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "Dependencies",
                columns: table => new
                {
                    PackageId = table.Column<long>(type: "bigint", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false),
                    Range = table.Column<string>(type: "text", nullable: false),
                    Kind = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Dependencies", x => new { x.PackageId, x.Name });
                    table.ForeignKey(
                        name: "FK_Dependencies_Packages_PackageId",
                        column: x => x.PackageId,
                        principalTable: "Packages",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "DownloadDays",
                columns: table => new
                {
                    VersionId = table.Column<long>(type: "bigint", nullable: false),
                    Day = table.Column<int>(type: "integer", nullable: false),
                    PackageId = table.Column<long>(type: "bigint", nullable: false),
                    Month = table.Column<int>(type: "integer", nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DownloadDays", x => new { x.VersionId, x.Day });
                });

            migrationBuilder.CreateTable(
                name: "DownloadMonths",
                columns: table => new
                {
                    PackageId = table.Column<long>(type: "bigint", nullable: false),
                    Month = table.Column<int>(type: "integer", nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DownloadMonths", x => new { x.PackageId, x.Month });
                });

            migrationBuilder.CreateTable(
                name: "SearchEntries",
                columns: table => new
                {
                    PackageId = table.Column<long>(type: "bigint", nullable: false),
                    VersionId = table.Column<long>(type: "bigint", nullable: true),
                    Description = table.Column<string>(type: "text", nullable: true),
                    Keywords = table.Column<string>(type: "text", nullable: true),
                    KeywordMarks = table.Column<string>(type: "text", nullable: false),
                    AuthorMarks = table.Column<string>(type: "text", nullable: false),
                    License = table.Column<string>(type: "text", nullable: true),
                    Homepage = table.Column<string>(type: "text", nullable: true),
                    Repository = table.Column<string>(type: "text", nullable: true),
                    Bugs = table.Column<string>(type: "text", nullable: true),
                    IsDeprecated = table.Column<bool>(type: "boolean", nullable: false),
                    IsUnstable = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SearchEntries", x => x.PackageId);
                    table.ForeignKey(
                        name: "FK_SearchEntries_Packages_PackageId",
                        column: x => x.PackageId,
                        principalTable: "Packages",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "UpstreamDays",
                columns: table => new
                {
                    Registry = table.Column<string>(type: "text", nullable: false),
                    Day = table.Column<int>(type: "integer", nullable: false),
                    Kind = table.Column<string>(type: "text", nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UpstreamDays", x => new { x.Registry, x.Day, x.Kind });
                });

            migrationBuilder.CreateIndex(
                name: "IX_Dependencies_Name",
                table: "Dependencies",
                column: "Name");

            migrationBuilder.CreateIndex(
                name: "IX_DownloadDays_Day",
                table: "DownloadDays",
                column: "Day");

            migrationBuilder.CreateIndex(
                name: "IX_DownloadDays_PackageId_Day",
                table: "DownloadDays",
                columns: new[] { "PackageId", "Day" });

            migrationBuilder.CreateIndex(
                name: "IX_SearchEntries_VersionId",
                table: "SearchEntries",
                column: "VersionId");

            TextTables.MakeOnPostgreSql(migrationBuilder);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            TextTables.Drop(migrationBuilder);

            migrationBuilder.DropTable(
                name: "Dependencies");

            migrationBuilder.DropTable(
                name: "DownloadDays");

            migrationBuilder.DropTable(
                name: "DownloadMonths");

            migrationBuilder.DropTable(
                name: "SearchEntries");

            migrationBuilder.DropTable(
                name: "UpstreamDays");
        }
    }
}
