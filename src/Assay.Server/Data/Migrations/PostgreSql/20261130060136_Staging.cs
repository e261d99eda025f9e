using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Assay.Server.Data.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class Staging : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "ApproverEmail",
                table: "Versions",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ApproverName",
                table: "Versions",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "StageApprovals",
                table: "Packages",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "StageDays",
                table: "Packages",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "StagesEveryPublish",
                table: "Packages",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "CiIdentities",
                columns: table => new
                {
                    PersonId = table.Column<long>(type: "bigint", nullable: false),
                    BindingId = table.Column<string>(type: "text", nullable: false),
                    ActorId = table.Column<string>(type: "text", nullable: false),
                    IsConfirmed = table.Column<bool>(type: "boolean", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CiIdentities", x => new { x.PersonId, x.BindingId });
                    table.ForeignKey(
                        name: "FK_CiIdentities_People_PersonId",
                        column: x => x.PersonId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Stages",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    StageId = table.Column<string>(type: "text", nullable: false),
                    PackageName = table.Column<string>(type: "text", nullable: false),
                    Version = table.Column<string>(type: "text", nullable: false),
                    Tag = table.Column<string>(type: "text", nullable: false),
                    Request = table.Column<string>(type: "text", nullable: false),
                    Sha512 = table.Column<byte[]>(type: "bytea", nullable: false),
                    Shasum = table.Column<string>(type: "text", nullable: false),
                    Size = table.Column<long>(type: "bigint", nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    ExpiresAt = table.Column<long>(type: "bigint", nullable: false),
                    Status = table.Column<string>(type: "text", nullable: false),
                    EndedAt = table.Column<long>(type: "bigint", nullable: true),
                    EndedBy = table.Column<string>(type: "text", nullable: true),
                    TakenVersion = table.Column<string>(type: "text", nullable: true),
                    StagerName = table.Column<string>(type: "text", nullable: false),
                    StagerEmail = table.Column<string>(type: "text", nullable: false),
                    StagerId = table.Column<long>(type: "bigint", nullable: true),
                    OwnerId = table.Column<long>(type: "bigint", nullable: false),
                    Credential = table.Column<string>(type: "text", nullable: false),
                    TokenId = table.Column<long>(type: "bigint", nullable: true),
                    BindingId = table.Column<string>(type: "text", nullable: true),
                    ProjectId = table.Column<string>(type: "text", nullable: true),
                    RunId = table.Column<string>(type: "text", nullable: true),
                    ActorId = table.Column<string>(type: "text", nullable: true),
                    ReleaseSet = table.Column<string>(type: "text", nullable: true),
                    Diverted = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Stages", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "StageApprovals",
                columns: table => new
                {
                    StageId = table.Column<long>(type: "bigint", nullable: false),
                    PersonId = table.Column<long>(type: "bigint", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Sha512 = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StageApprovals", x => new { x.StageId, x.PersonId });
                    table.ForeignKey(
                        name: "FK_StageApprovals_People_PersonId",
                        column: x => x.PersonId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_StageApprovals_Stages_StageId",
                        column: x => x.StageId,
                        principalTable: "Stages",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_StageApprovals_PersonId",
                table: "StageApprovals",
                column: "PersonId");

            migrationBuilder.CreateIndex(
                name: "IX_Stages_BindingId_ProjectId_RunId",
                table: "Stages",
                columns: new[] { "BindingId", "ProjectId", "RunId" });

            migrationBuilder.CreateIndex(
                name: "IX_Stages_ExpiresAt",
                table: "Stages",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_Stages_PackageName_Version",
                table: "Stages",
                columns: new[] { "PackageName", "Version" });

            migrationBuilder.CreateIndex(
                name: "IX_Stages_ReleaseSet",
                table: "Stages",
                column: "ReleaseSet");

            migrationBuilder.CreateIndex(
                name: "IX_Stages_Sha512",
                table: "Stages",
                column: "Sha512");

            migrationBuilder.CreateIndex(
                name: "IX_Stages_StageId",
                table: "Stages",
                column: "StageId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Stages_TakenVersion",
                table: "Stages",
                column: "TakenVersion",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "CiIdentities");

            migrationBuilder.DropTable(
                name: "StageApprovals");

            migrationBuilder.DropTable(
                name: "Stages");

            migrationBuilder.DropColumn(
                name: "ApproverEmail",
                table: "Versions");

            migrationBuilder.DropColumn(
                name: "ApproverName",
                table: "Versions");

            migrationBuilder.DropColumn(
                name: "StageApprovals",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "StageDays",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "StagesEveryPublish",
                table: "Packages");
        }
    }
}
