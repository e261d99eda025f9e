using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Assay.Server.Data.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class Principles : Migration
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

            migrationBuilder.AddColumn<long>(
                name: "Since",
                table: "TeamMembers",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Since",
                table: "TeamGrants",
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
                name: "EmailDomainGoneAt",
                table: "People",
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

            migrationBuilder.AddColumn<long>(
                name: "Since",
                table: "PackageOwners",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Since",
                table: "OrganisationMembers",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "LookAlike",
                table: "Packages",
                type: "text",
                nullable: false,
                computedColumnSql: "lower(replace(replace(replace(\"Name\", '-', ''), '_', ''), '.', ''))",
                stored: true);

            migrationBuilder.CreateTable(
                name: "EmailDomains",
                columns: table => new
                {
                    Domain = table.Column<string>(type: "text", nullable: false),
                    AskedAt = table.Column<long>(type: "bigint", nullable: false),
                    MissingSince = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_EmailDomains", x => x.Domain);
                });

            migrationBuilder.CreateTable(
                name: "IssuedAdvisories",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Name = table.Column<string>(type: "text", nullable: false),
                    Year = table.Column<int>(type: "integer", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    PackageName = table.Column<string>(type: "text", nullable: false),
                    VulnerableVersions = table.Column<string>(type: "text", nullable: false),
                    IsMalicious = table.Column<bool>(type: "boolean", nullable: false),
                    Severity = table.Column<string>(type: "text", nullable: false),
                    Summary = table.Column<string>(type: "text", nullable: false),
                    IssuedBy = table.Column<string>(type: "text", nullable: false),
                    IssuedAt = table.Column<long>(type: "bigint", nullable: false),
                    WithdrawnAt = table.Column<long>(type: "bigint", nullable: true),
                    WithdrawnBy = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IssuedAdvisories", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Reports",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    PackageName = table.Column<string>(type: "text", nullable: false),
                    Version = table.Column<string>(type: "text", nullable: true),
                    Kind = table.Column<string>(type: "text", nullable: false),
                    Text = table.Column<string>(type: "text", nullable: false),
                    ReporterId = table.Column<long>(type: "bigint", nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    ClosedAt = table.Column<long>(type: "bigint", nullable: true),
                    ClosedBy = table.Column<string>(type: "text", nullable: true),
                    Outcome = table.Column<string>(type: "text", nullable: true),
                    Answer = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Reports", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Reports_People_ReporterId",
                        column: x => x.ReporterId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Packages_LookAlike",
                table: "Packages",
                column: "LookAlike");

            migrationBuilder.CreateIndex(
                name: "IX_IssuedAdvisories_Name",
                table: "IssuedAdvisories",
                column: "Name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_IssuedAdvisories_PackageName",
                table: "IssuedAdvisories",
                column: "PackageName");

            migrationBuilder.CreateIndex(
                name: "IX_IssuedAdvisories_Year_Number",
                table: "IssuedAdvisories",
                columns: new[] { "Year", "Number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Reports_ClosedAt",
                table: "Reports",
                column: "ClosedAt");

            migrationBuilder.CreateIndex(
                name: "IX_Reports_PackageName",
                table: "Reports",
                column: "PackageName");

            migrationBuilder.CreateIndex(
                name: "IX_Reports_ReporterId",
                table: "Reports",
                column: "ReporterId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "EmailDomains");

            migrationBuilder.DropTable(
                name: "IssuedAdvisories");

            migrationBuilder.DropTable(
                name: "Reports");

            migrationBuilder.DropIndex(
                name: "IX_Packages_LookAlike",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "LookAlike",
                table: "Packages");

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
                name: "Since",
                table: "TeamMembers");

            migrationBuilder.DropColumn(
                name: "Since",
                table: "TeamGrants");

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
                name: "EmailDomainGoneAt",
                table: "People");

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

            migrationBuilder.DropColumn(
                name: "Since",
                table: "PackageOwners");

            migrationBuilder.DropColumn(
                name: "Since",
                table: "OrganisationMembers");
        }
    }
}
