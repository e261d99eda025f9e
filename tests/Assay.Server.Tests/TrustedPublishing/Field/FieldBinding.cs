using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using static Assay.Server.Tests.TrustedPublishing.Field.FieldWorld;

namespace Assay.Server.Tests.TrustedPublishing.Field;

/// <summary>Rows 36-51: what ties a publish to its build.</summary>
internal static class FieldBinding
{
    private const string Automation = "octo-org/automation/.github/workflows/release.yml@refs/tags/v1";

    public static IReadOnlyList<FieldRow> Rows =>
    [
        new(36, "Immutable owner id (GitHub)", world => Another_id_behind_the_same_name(world, "@acme/row-36", "repository_owner_id")),
        new(37, "Immutable repository id", world => Another_id_behind_the_same_name(world, "@acme/row-37", "repository_id")),
        new(38, "Immutable ids (GitLab)", Another_project_or_namespace_behind_the_same_path),
        new(39, "Workflow claim used (GitHub)", The_file_that_started_the_run_counts_and_the_called_one_is_of_the_same_repository),
        new(40, "Caller **and** callee pinned", Both_files_have_to_be_the_named_ones),
        new(41, "Reusable workflow in another repository", A_file_of_another_repository_counts_when_it_is_listed),
        new(42, "Workflow content hash (`workflow_sha`, `job_workflow_sha`)", A_condition_names_the_content_of_the_workflow),
        new(43, "Environment", The_named_environment_is_required),
        new(44, "Git ref restriction", The_run_has_to_be_on_a_ref_of_the_pattern),
        new(45, "Protected-ref claim required", An_unprotected_ref_is_no_release),
        new(46, "Version must equal the tag", The_tag_names_the_version),
        new(47, "Event types refused", Events_that_outsiders_cause_never_publish_and_others_are_listed),
        new(48, "Actor condition", A_condition_names_who_may_start_the_run),
        new(49, "dist-tag / channel restriction", A_policy_says_which_tags_it_may_set),
        new(50, "Behaviour on rename", A_renamed_repository_goes_on_publishing),
        new(51, "Special refusals", A_shell_in_the_job_and_an_unproved_address_are_refused),
    ];

    private static async Task Another_id_behind_the_same_name(FieldWorld field, string package, string id)
    {
        await field.World.TrustGithubAsync(package);
        await field.PublishedAsync(field.World.Github(), "1.0.0", package);

        await field.RefusedAsync("no-matching-policy", field.World.Github(Claim(id, "990074")), package);
        await field.PublishedAsync(field.World.Github(), "1.0.1", package);
    }

    private static async Task Another_project_or_namespace_behind_the_same_path(FieldWorld field)
    {
        const string Package = "@acme/row-38";
        await (await field.World.TrustAsync(Package, TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        await field.PublishedAsync(field.World.Ci.MintGitlab(), "1.0.0", Package);

        await field.RefusedAsync("no-matching-policy", field.World.Ci.MintGitlab(new() { ["project_id"] = "99", ["job_project_id"] = "99" }), Package);
        await field.RefusedAsync("no-matching-policy", field.World.Ci.MintGitlab(Claim("namespace_id", "99")), Package);
    }

    private static async Task The_file_that_started_the_run_counts_and_the_called_one_is_of_the_same_repository(FieldWorld field)
    {
        await field.WrittenAsync("@acme/row-39", Github());

        await field.RefusedAsync("workflow-mismatch", field.World.Github(Claim("workflow_file", "nightly.yml")), "@acme/row-39");
        await field.GrantedAsync(Calling(field, "octo-org/octo-repo/.github/workflows/build.yml@refs/tags/v1.2.3"), "@acme/row-39");
    }

    private static async Task Both_files_have_to_be_the_named_ones(FieldWorld field)
    {
        await field.WrittenAsync("@acme/row-40", GithubField("callee", Automation));
        var fromElsewhere = new JsonObject { ["workflow_file"] = "nightly.yml", ["job_workflow_ref"] = Automation };

        await field.GrantedAsync(Calling(field, Automation), "@acme/row-40");
        await field.RefusedAsync("workflow-mismatch", field.World.Github(fromElsewhere), "@acme/row-40");
        await field.RefusedAsync("callee-not-allowed", Calling(field, Automation.Replace("v1", "v2", StringComparison.Ordinal)), "@acme/row-40");
        // A job that is written in the caller itself skips the called file.
        await field.RefusedAsync("callee-not-allowed", field.World.Github(), "@acme/row-40");
    }

    private static async Task A_file_of_another_repository_counts_when_it_is_listed(FieldWorld field)
    {
        await field.WrittenAsync("@acme/row-41-default", Github());
        await field.WrittenAsync("@acme/row-41-listed", GithubField("callee", "same-repository", Automation));

        await field.RefusedAsync("callee-not-allowed", Calling(field, Automation), "@acme/row-41-default");
        await field.PublishedAsync(Calling(field, Automation), "1.0.0", "@acme/row-41-listed");
    }

    private static async Task A_condition_names_the_content_of_the_workflow(FieldWorld field)
    {
        const string Package = "@acme/row-42";
        var (known, changed) = (new string('a', 40), new string('b', 40));
        await field.WrittenAsync(Package, Github("when", $$"""
            {"all":[{"claim":"workflow_sha","is":"{{known}}"},{"claim":"job_workflow_sha","is":"{{known}}"}]}
            """));

        await field.GrantedAsync(Run(known, known), Package);
        await field.RefusedAsync("condition-not-met", Run(changed, known), Package);
        await field.RefusedAsync("condition-not-met", Run(known, changed), Package);

        string Run(string caller, string callee) => field.World.Github(new() { ["workflow_sha"] = caller, ["job_workflow_sha"] = callee });
    }

    private static async Task The_named_environment_is_required(FieldWorld field)
    {
        await field.WrittenAsync("@acme/row-43", GithubField("environment", "release"));

        await field.GrantedAsync(field.World.Github(Claim("environment", "release")), "@acme/row-43");
        await field.RefusedAsync("environment-mismatch", field.World.Github(Claim("environment", "staging")), "@acme/row-43");
        await field.RefusedAsync("environment-mismatch", field.World.Github(), "@acme/row-43");
    }

    private static async Task The_run_has_to_be_on_a_ref_of_the_pattern(FieldWorld field)
    {
        await field.WrittenAsync("@acme/row-44", GithubField("ref", "refs/heads/release/*"));

        await field.GrantedAsync(On("refs/heads/release/1"), "@acme/row-44");
        foreach (var other in new[] { "refs/heads/main", "refs/heads/release/1/x", "refs/tags/release/1", "refs/heads/my/release/1" })
        {
            await field.RefusedAsync("ref-mismatch", On(other), "@acme/row-44");
        }

        string On(string reference) => field.World.Github(Claim("ref", reference));
    }

    private static async Task An_unprotected_ref_is_no_release(FieldWorld field)
    {
        await field.WrittenAsync("@acme/row-45", Github());

        await field.RefusedAsync("release-gate-not-met", field.World.Github(Claim("ref_protected", "false")), "@acme/row-45");
        await field.RefusedAsync("release-gate-not-met", field.World.Github(Claim("ref_protected", null)), "@acme/row-45");
        await field.GrantedAsync(field.World.Github(Claim("ref_protected", "true")), "@acme/row-45");
    }

    private static async Task The_tag_names_the_version(FieldWorld field)
    {
        const string Package = "@acme/row-46";
        await field.WrittenAsync(Package, GithubField("ref", "refs/tags/v{version}"));
        var token = await field.World.ExchangedAsync(field.World.Github(Claim("ref", "refs/tags/v1.2.3")), Package);

        using var other = await field.World.PublishAsync(token, "1.2.4", Package);
        using var same = await field.World.PublishAsync(token, "1.2.3", Package);

        await other.ShouldExplainAsync(HttpStatusCode.Forbidden, "ref-not-of-version");
        await same.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(["1.2.3"], await field.World.VersionsAsync(Package));
    }

    private static async Task Events_that_outsiders_cause_never_publish_and_others_are_listed(FieldWorld field)
    {
        await field.WrittenAsync("@acme/row-47-default", Github());
        await field.WrittenAsync("@acme/row-47-nightly", GithubField("events", "schedule"));

        foreach (var outside in new[] { "pull_request_target", "workflow_run", "issue_comment", "pull_request" })
        {
            await field.RefusedAsync("event-not-allowed", On(outside), "@acme/row-47-default");
        }
        await field.RefusedAsync("event-not-allowed", On("schedule"), "@acme/row-47-default");
        await field.GrantedAsync(On("schedule"), "@acme/row-47-nightly");
        using var never = await WriteAsync(field.World, "@acme/row-47-never", GithubField("events", "pull_request_target"));
        await never.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-policy");

        string On(string eventName) => field.World.Github(Claim("event_name", eventName));
    }

    private static async Task A_condition_names_who_may_start_the_run(FieldWorld field)
    {
        await field.WrittenAsync("@acme/row-48", Github("when", """{"claim":"actor_id","in":["12","7"]}"""));

        await field.GrantedAsync(field.World.Github(Claim("actor_id", "7")), "@acme/row-48");
        await field.RefusedAsync("condition-not-met", field.World.Github(Claim("actor_id", "13")), "@acme/row-48");
        // Names of people can be taken over; only the id counts.
        await field.RefusedAsync("condition-not-met", field.World.Github(new() { ["actor_id"] = "13", ["actor"] = "octocat" }), "@acme/row-48");
    }

    private static async Task A_policy_says_which_tags_it_may_set(FieldWorld field)
    {
        const string Package = "@acme/row-49";
        await field.WrittenAsync(Package, Github("limits", """{"distTags":["next","beta-*"]}"""));
        var token = await field.World.ExchangedAsync(field.World.Github(), Package);

        using var latest = await field.World.PublishAsync(token, "1.0.0", Package);
        using var beta = await new TestPackage(Package, "1.0.0") { Tag = "beta-1" }.PublishAsync(field.World.App, token);

        await latest.ShouldExplainAsync(HttpStatusCode.Forbidden, "tag-not-allowed");
        await beta.ShouldBeAsync(HttpStatusCode.Created);
    }

    private static async Task A_renamed_repository_goes_on_publishing(FieldWorld field)
    {
        const string Package = "@acme/row-50";
        await field.World.TrustGithubAsync(Package);
        await field.PublishedAsync(field.World.Github(), "1.0.0", Package);
        var renamed = new JsonObject { ["repository"] = "new-org/new-name", ["repository_id"] = "74", ["repository_owner_id"] = "65" };

        await field.PublishedAsync(field.World.Github(renamed), "1.0.1", Package);
    }

    private static async Task A_shell_in_the_job_and_an_unproved_address_are_refused(FieldWorld field)
    {
        const string Package = "@acme/row-51";
        await (await field.World.TrustAsync(Package, TrustRequest.Circleci(TrustRequest.Context))).ShouldBeCreatedAsync();
        using var google = await field.World.AddIssuerAsync("google", field.World.Ci.IssuerOf("row-51"), ["@row-51/*"], body => body["id"] = "row-51");
        await google.ShouldBeAsync(HttpStatusCode.OK);
        await field.WrittenAsync("@row-51/a", JsonNode.Parse("""
            {"binding":"row-51","actions":["publish"],"fields":{"account":"release@acme-prod.iam.gserviceaccount.com"},"gate":{"declared":["account"]}}
            """)!.AsObject());

        await field.RefusedAsync("run-not-allowed", field.World.Ci.MintCircleci(Claim("oidc.circleci.com/ssh-rerun", true)), Package);
        await field.GrantedAsync(field.World.Ci.MintCircleci(), Package);
        await field.RefusedAsync("run-not-allowed", Google(isVerified: false), "@row-51/a");
        await field.GrantedAsync(Google(isVerified: true), "@row-51/a");

        string Google(bool isVerified) => field.World.Ci.MintFor("row-51", new JsonObject
        {
            ["sub"] = "114937201845273310562",
            ["email"] = "release@acme-prod.iam.gserviceaccount.com",
            ["email_verified"] = isVerified,
        });
    }

    private static string Calling(FieldWorld field, string file) => field.World.Github(Claim("job_workflow_ref", file));
}
