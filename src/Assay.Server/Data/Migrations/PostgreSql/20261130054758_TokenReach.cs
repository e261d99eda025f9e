using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Server.Data.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class TokenReach : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Description",
                table: "AccessTokens",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Reach",
                table: "AccessTokens",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "WarnedDaysBefore",
                table: "AccessTokens",
                type: "integer",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Description",
                table: "AccessTokens");

            migrationBuilder.DropColumn(
                name: "Reach",
                table: "AccessTokens");

            migrationBuilder.DropColumn(
                name: "WarnedDaysBefore",
                table: "AccessTokens");
        }
    }
}
