using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Locks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "LockedAt",
                table: "Scopes",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "LockedBy",
                table: "Scopes",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "LoosenedBy",
                table: "Scopes",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "LoosensAt",
                table: "Scopes",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "LoosensTo",
                table: "Scopes",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "LockedAt",
                table: "Packages",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "LockedBy",
                table: "Packages",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "LoosenedBy",
                table: "Packages",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "LoosensAt",
                table: "Packages",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "LoosensTo",
                table: "Packages",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "LockedAt",
                table: "Scopes");

            migrationBuilder.DropColumn(
                name: "LockedBy",
                table: "Scopes");

            migrationBuilder.DropColumn(
                name: "LoosenedBy",
                table: "Scopes");

            migrationBuilder.DropColumn(
                name: "LoosensAt",
                table: "Scopes");

            migrationBuilder.DropColumn(
                name: "LoosensTo",
                table: "Scopes");

            migrationBuilder.DropColumn(
                name: "LockedAt",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "LockedBy",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "LoosenedBy",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "LoosensAt",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "LoosensTo",
                table: "Packages");
        }
    }
}
