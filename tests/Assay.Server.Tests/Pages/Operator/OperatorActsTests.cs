using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages.Operator;

/// <summary>What administrators do on the operator's pages: with a second factor, under their own name.</summary>
public sealed class OperatorActsTests : IAsyncLifetime
{
    private OperatorWorld world = null!;

    private Browser Browser => world.Browser;

    public async ValueTask InitializeAsync() => world = await OperatorWorld.StartAsync("--Assay:Upstream:Registries:npm:Url=http://localhost:9/", "--Assay:Upstream:Registries:npm:Names:0=@else/*");

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_failed_job_is_run_again_or_forgotten()
    {
        var (first, second) = (await world.FailedJobAsync(), await world.FailedJobAsync());
        await Browser.OpenAsync("/-/operator/jobs");
        Assert.Contains("it broke", Browser.Text);

        await world.ConfirmAsync("Retry", ("id", $"{first}"));
        Assert.Contains("is tried again", Browser.Text);
        await world.ConfirmAsync("Drop", ("id", $"{second}"));

        Assert.Contains("It will not be done", Browser.Text);
        Assert.Equal($"root job {first}", await world.RecordedAsync("job.retried"));
        Assert.Equal($"root job {second}", await world.RecordedAsync("job.dropped"));
        Assert.False(await world.App.ReadAsync(db => db.Jobs.AnyAsync(row => row.Id == second)));
    }

    [Fact]
    public async Task No_act_is_done_without_the_second_factor()
    {
        var job = await world.FailedJobAsync();
        (string Page, string Handler, (string, string)[] Values)[] acts =
        [
            ("/-/operator/jobs", "Retry", [("id", $"{job}")]),
            ("/-/operator/jobs", "Drop", [("id", $"{job}")]),
            ("/-/operator/upstream", "Rule", [("what", "lodash"), ("reason", "x")]),
            ("/-/operator/users", "Invite", [("name", "guest"), ("email", "guest@example.test")]),
            ("/-/operator/users/root", "Factors", []),
            ("/-/operator/users/root", "Password", []),
            ("/-/operator/users/root", "Sessions", []),
            ("/-/operator/issuers/github", "Disable", []),
            ("/-/operator/issuers/github", "Remove", [("force", "true")]),
            ("/-/operator/issuers/github", "Edit", []),
            ("/-/operator/issuers/add?provider=gitlab", "", [("id", "ci"), ("issuer", "https://gitlab.acme.example")]),
            ("/-/operator/freezes", "Add", [("kind", "package"), ("name", "@acme/hello"), ("reason", "x")]),
            ("/-/operator/advisories", "Issue", [("package", "@acme/hello"), ("versions", "*"), ("severity", "low"), ("summary", "x")]),
            ("/-/operator/webhooks", "Add", [("url", "https://hooks.acme.example/"), ("events", "version.*")]),
        ];
        var before = await StateAsync();

        foreach (var (page, handler, values) in acts)
        {
            await Browser.OpenAsync(page);
            await Browser.SubmitAsync(handler, values);

            Assert.Equal($"{page} {handler} {HttpStatusCode.BadRequest} otp-needed", $"{page} {handler} {Browser.Status} {Browser.Document.QuerySelector(".problem code")?.TextContent}");
        }
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task A_person_is_found_disabled_enabled_and_made_an_administrator()
    {
        await world.App.SignedInAsync("bob");
        await Browser.OpenAsync("/-/operator/users?find=bo");
        Assert.Equal(["bob"], Browser.Document.QuerySelectorAll("[aria-label=People] tbody th a").Select(link => link.TextContent));

        await Browser.OpenAsync("/-/operator/users/bob");
        foreach (var (act, action) in new[] { ("disable", "person.disabled"), ("enable", "person.enabled"), ("promote", "person.promoted"), ("demote", "person.demoted") })
        {
            await world.ConfirmAsync("Change", ("act", act));

            Assert.Equal($"{act} root bob", $"{act} {await world.RecordedAsync(action)}");
            Assert.NotNull(Browser.Document.QuerySelector(".said"));
        }
    }

    [Fact]
    public async Task The_last_administrator_stays_one()
    {
        await Browser.OpenAsync("/-/operator/users/root");

        await Browser.SubmitAsync("Change", ("act", "demote"), ("factor", world.Factor.NextCode()));

        Assert.Equal(HttpStatusCode.Conflict, Browser.Status);
        Assert.Contains("last administrator", Browser.Text);
    }

    [Fact]
    public async Task An_invitation_is_made_with_a_link_that_is_shown_once_and_revoked()
    {
        await Browser.OpenAsync("/-/operator/users");

        await world.ConfirmAsync("Invite", ("name", "guest"), ("email", "guest@example.test"));
        var link = Browser.Document.QuerySelector("#link")!.TextContent;
        await Browser.OpenAsync("/-/operator/users");
        Assert.Null(Browser.Document.QuerySelector("#link"));
        await new Browser(world.App).OpenAsync(new Uri(link).PathAndQuery);
        await world.ConfirmAsync("Revoke", ("invited", "guest"));

        Assert.Contains("counts no more", Browser.Text);
        Assert.Equal("root guest", await world.RecordedAsync("person.invited"));
        Assert.Equal("root guest", await world.RecordedAsync("invitation.revoked"));
    }

    [Fact]
    public async Task A_password_and_factors_are_reset_and_sign_ins_ended()
    {
        await world.App.EnrolledAsync(await world.App.SignedInAsync("bob"));
        await Browser.OpenAsync("/-/operator/users/bob");

        await world.ConfirmAsync("Factors");
        await world.ConfirmAsync("Sessions");
        await world.ConfirmAsync("Password");

        Assert.Contains("/-/recover/", Browser.Document.QuerySelector("#link")!.TextContent);
        Assert.Equal("root bob", await world.RecordedAsync("factors.reset"));
        Assert.Equal("root bob", await world.RecordedAsync("password.reset"));
        Assert.Equal(0, await world.App.ReadAsync(db => db.Totps.CountAsync(row => db.People.Any(person => person.Id == row.PersonId && person.Name == "bob"))));
    }

    [Fact]
    public async Task An_issuer_is_added_from_its_definition_checked_changed_and_removed()
    {
        await Browser.OpenAsync("/-/operator/issuers/add");
        Assert.Contains("Jenkins", Browser.Text);
        await Browser.OpenAsync("/-/operator/issuers/add?provider=gitlab");

        await world.ConfirmAsync("", ("id", "corp"), ("issuer", "https://gitlab.acme.example"), ("names", "@corp/*\r\n@acme/ui-*"));
        Assert.Contains("trusted from now on", Browser.Text);
        Assert.Equal("@corp/*\n@acme/ui-*", await world.App.ReadAsync(db => db.IssuerBindings.Where(row => row.Id == "corp").Select(row => row.Names).SingleAsync()));
        await world.ConfirmAsync("Edit", ("names", "@corp/*"), ("addresses", "10.1.0.0/16"));
        Assert.Contains("It is changed", Browser.Text);
        await world.ConfirmAsync("Disable");
        await world.ConfirmAsync("Enable");
        await world.ConfirmAsync("Remove");

        Assert.Contains("is removed", Browser.Text);
        foreach (var act in new[] { "added", "changed", "disabled", "enabled", "removed" })
        {
            Assert.Equal($"{act} root corp", $"{act} {await world.RecordedAsync($"issuer.{act}")}");
        }
    }

    [Fact]
    public async Task An_issuers_keys_are_fetched_now_and_shown()
    {
        await Browser.OpenAsync("/-/operator/issuers/github");

        await Browser.SubmitAsync("Check");

        Assert.Equal(HttpStatusCode.OK, Browser.Status);
        Assert.Contains("keys (", Browser.Document.QuerySelector(".said")!.TextContent);
        Assert.NotEmpty(Browser.Document.QuerySelectorAll("[aria-label='Keys of the issuer'] tbody tr"));
    }

    [Fact]
    public async Task What_is_wrong_with_an_issuer_is_told_before_a_code_is_used_up_and_nothing_typed_is_lost()
    {
        await Browser.OpenAsync("/-/operator/issuers/add?provider=gitlab");

        await Browser.SubmitAsync("", ("id", "no good"), ("issuer", "https://gitlab.acme.example"), ("names", "@corp/*"), ("jwks", "</textarea><script>"), ("factor", world.Factor.NextCode()));

        Assert.Equal(HttpStatusCode.BadRequest, Browser.Status);
        Assert.Contains("1 to 64 letters", Browser.Text);
        Assert.Equal("@corp/*", Browser.Document.QuerySelector("#names")!.TextContent);
        Assert.Equal("no good", Browser.Document.QuerySelector("#id")!.GetAttribute("value"));
        Inert.ShouldBe(Browser.Document);
        await Browser.SubmitAsync("", ("id", "corp"), ("factor", world.Factor.Code));
        Assert.Equal(HttpStatusCode.Found, Browser.Status);
    }

    [Fact]
    public async Task An_uploaded_key_set_is_kept_until_it_is_fetched_again()
    {
        await Browser.OpenAsync("/-/operator/issuers/add?provider=gitlab");
        const string Keys = """{"keys":[{"kty":"RSA","kid":"mine","alg":"RS256","use":"sig","e":"AQAB","n":"u1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0_IzW7yWR7QkrmBL7jTKEn5u-qKhbwKfBstIs-bMY2Zkp18gnTxKLxoS2tFczGkPLPgizskuemMghRniWaoLcyehkd3qqGElvW_VDL5AaWTg0nLVkjRo9z-40RQzuVaE8AkAFmxZzow3x-VJYKdjykkJ0iT9wCS0DRTXu269V264Vf_3jvredZiKRkgwlL9xNAwxXFg0x_XFw005UWVRIkdgcKWTjpBP2dPwVZ4WWC-9aGVd-Gyn1o0CLelf4rEjGoXbAAEgAqeGUxrcIlbjXfbcmw"}]}""";

        await world.ConfirmAsync("", ("id", "corp"), ("issuer", "https://gitlab.acme.example"), ("names", "@corp/*"), ("keys", "upload"), ("jwks", Keys));
        Assert.Contains("mine", Browser.Document.QuerySelector("[aria-label='Keys of the issuer']")!.TextContent);
        await world.ConfirmAsync("Edit", ("keys", "keep"));
        Assert.NotNull(await world.App.ReadAsync(db => db.IssuerBindings.Where(row => row.Id == "corp").Select(row => row.Jwks).SingleAsync()));
        await world.ConfirmAsync("Edit", ("keys", "discover"));

        Assert.Null(await world.App.ReadAsync(db => db.IssuerBindings.Where(row => row.Id == "corp").Select(row => row.Jwks).SingleAsync()));
    }

    [Fact]
    public async Task A_package_of_others_is_kept_back_let_through_and_left_to_the_guards_again()
    {
        await Browser.OpenAsync("/-/operator/upstream");

        await world.ConfirmAsync("Rule", ("what", "@else/x@1.0.0"), ("kind", "quarantine"), ("reason", "it looks bad"));
        Assert.Contains("blocked from now on", Browser.Text);
        await world.ConfirmAsync("Rule", ("what", "@else/y"), ("kind", "release"), ("reason", "we know it"));
        Assert.Contains("allowed from now on", Browser.Text);
        await world.ConfirmAsync("Lift", ("id", "1"));

        Assert.Contains("taken back", Browser.Text);
        Assert.Equal("root @else/x@1.0.0", await world.RecordedAsync("upstream.quarantine"));
        Assert.Equal("root @else/y", await world.RecordedAsync("upstream.release"));
        Assert.Equal("root @else/x@1.0.0", await world.RecordedAsync("upstream.lift"));
    }

    [Theory]
    [InlineData("@else/x@^1.0.0", "because")]
    [InlineData("not a name", "because")]
    [InlineData("@else/x", " ")]
    public async Task A_ruling_names_one_thing_and_why(string what, string reason)
    {
        await Browser.OpenAsync("/-/operator/upstream");

        await world.ConfirmAsync("Rule", ("what", what), ("reason", reason));

        Assert.Equal(HttpStatusCode.BadRequest, Browser.Status);
        Assert.Equal(0, await world.App.ReadAsync(db => db.UpstreamRulings.CountAsync()));
    }

    [Fact]
    public async Task A_report_is_closed_with_an_answer()
    {
        var bob = await world.App.SignedInAsync("bob");
        await (await world.App.PostAsync("/-/assay/v1/package/@acme%2fhello/reports", bob, new JsonObject { ["kind"] = "malware", ["text"] = "it reads ~/.npmrc" })).ShouldBeCreatedAsync();
        await Browser.OpenAsync("/-/operator/reports");
        Assert.Contains("malware", Browser.Text);
        await Browser.OpenAsync("/-/operator/reports/1");
        Assert.Contains("it reads ~/.npmrc", Browser.Text);

        await Browser.SubmitAsync("Close", ("outcome", "confirmed"), ("text", "thank you"));
        await Browser.FollowAsync();

        Assert.Contains("who made it is told", Browser.Text);
        Assert.StartsWith("root #1 malware", await world.RecordedAsync("report.closed"), StringComparison.Ordinal);
        await Browser.OpenAsync("/-/operator/reports?all=true");
        Assert.Contains("confirmed", Browser.Text);
    }

    [Fact]
    public async Task An_advisory_is_issued_and_withdrawn()
    {
        await Browser.OpenAsync("/-/operator/advisories");

        await world.ConfirmAsync("Issue", ("package", TrustWorld.Package), ("versions", "<2.0.0"), ("severity", "malicious"), ("summary", "it steals"));
        Assert.Contains("served until an incident quarantines them", Browser.Text);
        var name = await world.App.ReadAsync(db => db.IssuedAdvisories.Select(row => row.Name).SingleAsync());
        await world.ConfirmAsync("Withdraw", ("id", name));

        Assert.Contains("no audit names it", Browser.Text);
        Assert.Equal($"root {TrustWorld.Package}", await world.RecordedAsync("advisory.issued"));
        Assert.Equal($"root {TrustWorld.Package}", await world.RecordedAsync("advisory.withdrawn"));
    }

    [Fact]
    public async Task How_bad_an_advisory_is_has_to_be_said()
    {
        await Browser.OpenAsync("/-/operator/advisories");

        Assert.Equal("", ((AngleSharp.Html.Dom.IHtmlSelectElement)Browser.Document.QuerySelector("#severity")!).Value);
        await world.ConfirmAsync("Issue", ("package", TrustWorld.Package), ("versions", "<2.0.0"), ("summary", "it steals"));

        Assert.Equal(HttpStatusCode.BadRequest, Browser.Status);
        Assert.Equal(0, await world.App.ReadAsync(db => db.IssuedAdvisories.CountAsync()));
    }

    [Fact]
    public async Task A_freeze_is_added_and_lifted()
    {
        await Browser.OpenAsync("/-/operator/freezes");

        await world.ConfirmAsync("Add", ("kind", "project"), ("binding", "github"), ("project", "74"), ("reason", "somebody is in it"));
        Assert.Contains("runs of the project 74 at github", Browser.Text);
        await world.ConfirmAsync("Lift");

        Assert.Contains("The freeze is lifted", Browser.Text);
        Assert.Equal("root runs of the project 74 at github", await world.RecordedAsync("freeze.added"));
        Assert.Equal("root runs of the project 74 at github", await world.RecordedAsync("freeze.lifted"));
    }

    [Fact]
    public async Task A_webhook_is_made_tested_given_another_secret_and_deleted()
    {
        await Browser.OpenAsync("/-/operator/webhooks");

        await world.ConfirmAsync("Add", ("url", "https://hooks.acme.example/assay"), ("events", "version.*\r\nincident.*"), ("packages", ""));
        Assert.StartsWith("whsec_", Browser.Document.QuerySelector("#secret")!.TextContent, StringComparison.Ordinal);
        await Browser.OpenAsync("/-/operator/webhooks/1");
        await Browser.SubmitAsync("Ping");
        await Browser.FollowAsync();
        Assert.NotEmpty(Browser.Document.QuerySelectorAll("[aria-label=Deliveries] tbody tr"));
        await world.ConfirmAsync("Rotate");
        Assert.StartsWith("whsec_", Browser.Document.QuerySelector("#secret")!.TextContent, StringComparison.Ordinal);
        await Browser.SubmitAsync("Delete");
        await Browser.FollowAsync();

        Assert.Contains("is deleted", Browser.Text);
        Assert.Equal("root 1", await world.RecordedAsync("webhook.created"));
        Assert.Equal("root 1", await world.RecordedAsync("webhook.rotated"));
        Assert.Equal("root 1", await world.RecordedAsync("webhook.deleted"));
    }

    [Fact]
    public async Task The_doctor_is_asked_and_the_overview_remembers_what_it_found()
    {
        await Browser.OpenAsync("/-/operator");
        Assert.Contains("Not diagnosed since the last start", Browser.Text);
        await Browser.OpenAsync("/-/operator/health");

        await Browser.SubmitAsync("Ask");
        Assert.Contains("The issuer github shows its keys", Browser.Text);
        await Browser.OpenAsync("/-/operator");

        Assert.Contains("Diagnosed", Browser.Text);
        Assert.Contains("localhost:9", Browser.Text);
    }

    // What of the registry would be another had an act been done. The code was never given, so none is used up either.
    private Task<string> StateAsync() => world.App.ReadAsync(async db => string.Join(' ',
        await db.AuditEvents.CountAsync(), await db.Jobs.CountAsync(row => row.DeadAt != null), await db.UpstreamRulings.CountAsync(), await db.Invitations.CountAsync(),
        await db.IssuerBindings.CountAsync(row => row.EnabledIssuer != null), await db.Freezes.CountAsync(), await db.IssuedAdvisories.CountAsync(), await db.Webhooks.CountAsync()));
}
