using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Server.Data.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class Demands : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "IsByPasskey",
                table: "WebChallenges",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "WhyPasskey",
                table: "WebChallenges",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "AskedAt",
                table: "TrustPolicies",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "AskedBy",
                table: "TrustPolicies",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "ShutsOutUntil",
                table: "TrustPolicies",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "PhishingResistantBy",
                table: "Scopes",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PhishingResistantSince",
                table: "Scopes",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PhishingResistantUntil",
                table: "Scopes",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "SecondOwnerBy",
                table: "Scopes",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "SecondOwnerSince",
                table: "Scopes",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "SecondOwnerUntil",
                table: "Scopes",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "InheritanceAskedAt",
                table: "Packages",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "InheritanceAskedBy",
                table: "Packages",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "PhishingResistantBy",
                table: "Packages",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PhishingResistantSince",
                table: "Packages",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PhishingResistantUntil",
                table: "Packages",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "SecondOwnerBy",
                table: "Packages",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "SecondOwnerSince",
                table: "Packages",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "SecondOwnerUntil",
                table: "Packages",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "StageApprovalsNext",
                table: "Packages",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "StageApprovalsNextAt",
                table: "Packages",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "StagesEveryPublishUntil",
                table: "Packages",
                type: "bigint",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "IsByPasskey",
                table: "WebChallenges");

            migrationBuilder.DropColumn(
                name: "WhyPasskey",
                table: "WebChallenges");

            migrationBuilder.DropColumn(
                name: "AskedAt",
                table: "TrustPolicies");

            migrationBuilder.DropColumn(
                name: "AskedBy",
                table: "TrustPolicies");

            migrationBuilder.DropColumn(
                name: "ShutsOutUntil",
                table: "TrustPolicies");

            migrationBuilder.DropColumn(
                name: "PhishingResistantBy",
                table: "Scopes");

            migrationBuilder.DropColumn(
                name: "PhishingResistantSince",
                table: "Scopes");

            migrationBuilder.DropColumn(
                name: "PhishingResistantUntil",
                table: "Scopes");

            migrationBuilder.DropColumn(
                name: "SecondOwnerBy",
                table: "Scopes");

            migrationBuilder.DropColumn(
                name: "SecondOwnerSince",
                table: "Scopes");

            migrationBuilder.DropColumn(
                name: "SecondOwnerUntil",
                table: "Scopes");

            migrationBuilder.DropColumn(
                name: "InheritanceAskedAt",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "InheritanceAskedBy",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "PhishingResistantBy",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "PhishingResistantSince",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "PhishingResistantUntil",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "SecondOwnerBy",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "SecondOwnerSince",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "SecondOwnerUntil",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "StageApprovalsNext",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "StageApprovalsNextAt",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "StagesEveryPublishUntil",
                table: "Packages");
        }
    }
}
