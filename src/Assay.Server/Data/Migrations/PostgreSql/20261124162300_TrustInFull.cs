using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Assay.Server.Data.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class TrustInFull : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Publish tokens live for minutes and the server stands still meanwhile.
            migrationBuilder.Sql("""DELETE FROM "PublishTokens" """);

            migrationBuilder.AddColumn<long>(
                name: "EffectiveAt",
                table: "TrustPolicies",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "Effect",
                table: "TrustPolicies",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Scope",
                table: "TrustPolicies",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Target",
                table: "TrustPolicies",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "IsPattern",
                table: "TrustPolicies",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.Sql("""
                UPDATE "TrustPolicies" SET
                    "Target" = (SELECT "Name" FROM "Packages" WHERE "Packages"."Id" = "TrustPolicies"."PackageId"),
                    "Scope" = (SELECT CASE WHEN substr("Name", 1, 1) = '@' THEN substr("Name", 1, strpos("Name", '/') - 1) ELSE '' END FROM "Packages" WHERE "Packages"."Id" = "TrustPolicies"."PackageId"),
                    "Effect" = 'allow',
                    "EffectiveAt" = "CreatedAt"
                """);

            migrationBuilder.DropForeignKey(
                name: "FK_TrustPolicies_IssuerBindings_BindingId",
                table: "TrustPolicies");

            migrationBuilder.DropForeignKey(
                name: "FK_TrustPolicies_Packages_PackageId",
                table: "TrustPolicies");

            migrationBuilder.DropIndex(
                name: "IX_TrustPolicies_PackageId",
                table: "TrustPolicies");

            migrationBuilder.DropColumn(
                name: "PackageId",
                table: "TrustPolicies");

            migrationBuilder.DropColumn(
                name: "Revision",
                table: "TrustPolicies");

            migrationBuilder.DropColumn(
                name: "PackageName",
                table: "PublishTokens");

            migrationBuilder.DropColumn(
                name: "PolicyId",
                table: "PublishTokens");

            migrationBuilder.AddColumn<string>(
                name: "RunId",
                table: "PublishTokens",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Workflow",
                table: "PublishTokens",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.DropColumn(
                name: "PolicyRevision",
                table: "PublishTokens");

            migrationBuilder.AddColumn<string>(
                name: "BindingId",
                table: "Versions",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ProjectId",
                table: "Versions",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PublisherId",
                table: "Versions",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "QuarantinedBy",
                table: "Versions",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "RunId",
                table: "Versions",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Workflow",
                table: "Versions",
                type: "text",
                nullable: true);

            migrationBuilder.AlterColumn<string>(
                name: "ProviderId",
                table: "TrustPolicies",
                type: "text",
                nullable: true,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AlterColumn<string>(
                name: "BindingId",
                table: "TrustPolicies",
                type: "text",
                nullable: true,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AddColumn<long>(
                name: "EndsAt",
                table: "TrustPolicies",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Note",
                table: "TrustPolicies",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Replaces",
                table: "TrustPolicies",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Names",
                table: "PublishTokens",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Policies",
                table: "PublishTokens",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "ProjectId",
                table: "PublishTokens",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "InheritsTrustFrom",
                table: "Packages",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "AcceptsSharedAudience",
                table: "IssuerBindings",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "Audience",
                table: "IssuerBindings",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Claims",
                table: "IssuerBindings",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "DisabledAt",
                table: "IssuerBindings",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "LearnableOwners",
                table: "IssuerBindings",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "RequiredClaims",
                table: "IssuerBindings",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Action",
                table: "ExchangeAttempts",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Claims",
                table: "ExchangeAttempts",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "Freezes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Kind = table.Column<string>(type: "text", nullable: false),
                    Subject = table.Column<string>(type: "text", nullable: false),
                    ProjectId = table.Column<string>(type: "text", nullable: false),
                    Workflow = table.Column<string>(type: "text", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: false),
                    CreatedBy = table.Column<long>(type: "bigint", nullable: true),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    LiftedAt = table.Column<long>(type: "bigint", nullable: true),
                    LiftedBy = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Freezes", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Incidents",
                columns: table => new
                {
                    Id = table.Column<string>(type: "text", nullable: false),
                    Selection = table.Column<string>(type: "text", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: false),
                    CreatedBy = table.Column<long>(type: "bigint", nullable: true),
                    CreatedByName = table.Column<string>(type: "text", nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    Versions = table.Column<int>(type: "integer", nullable: false),
                    Tokens = table.Column<int>(type: "integer", nullable: false),
                    UndoneAt = table.Column<long>(type: "bigint", nullable: true),
                    UndoneBy = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Incidents", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_BindingId_ProjectId_RunId",
                table: "Versions",
                columns: new[] { "BindingId", "ProjectId", "RunId" });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_PublishedAt",
                table: "Versions",
                column: "PublishedAt");

            migrationBuilder.CreateIndex(
                name: "IX_Versions_PublisherId",
                table: "Versions",
                column: "PublisherId");

            migrationBuilder.CreateIndex(
                name: "IX_Versions_QuarantinedBy",
                table: "Versions",
                column: "QuarantinedBy");

            migrationBuilder.CreateIndex(
                name: "IX_TrustPolicies_Scope",
                table: "TrustPolicies",
                column: "Scope");

            migrationBuilder.CreateIndex(
                name: "IX_TrustPolicies_Target",
                table: "TrustPolicies",
                column: "Target");

            migrationBuilder.CreateIndex(
                name: "IX_PublishTokens_BindingId_ProjectId_RunId",
                table: "PublishTokens",
                columns: new[] { "BindingId", "ProjectId", "RunId" });

            migrationBuilder.CreateIndex(
                name: "IX_Freezes_LiftedAt",
                table: "Freezes",
                column: "LiftedAt");

            migrationBuilder.AddForeignKey(
                name: "FK_TrustPolicies_IssuerBindings_BindingId",
                table: "TrustPolicies",
                column: "BindingId",
                principalTable: "IssuerBindings",
                principalColumn: "Id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // Wider policies, denies and incidents have no place in the format before.
            throw new NotSupportedException("There is no way back; restore the backup that was made before.");
        }
    }
}
