using System.Net;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages.Operator;

/// <summary>Incident mode in a browser: chosen, looked at, declared by the digest of what was looked at, undone by another.</summary>
public sealed class IncidentPagesTests : IAsyncLifetime
{
    private const string Page = "/-/operator/incidents";

    private OperatorWorld world = null!;

    private Browser Browser => world.Browser;

    public async ValueTask InitializeAsync()
    {
        world = await OperatorWorld.StartAsync();
        await world.World.PublishFromRunAsync("100", "1.1.0");
        await world.World.PublishFromRunAsync("101", "1.2.0");
        await Browser.OpenAsync(Page);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Theory]
    [InlineData("run", "1.1.0")]
    [InlineData("workflow", "1.0.0 1.1.0 1.2.0")]
    [InlineData("project", "1.0.0 1.1.0 1.2.0")]
    [InlineData("issuer", "1.0.0 1.1.0 1.2.0")]
    [InlineData("window", "1.0.0 1.1.0 1.2.0")]
    public async Task A_preview_lists_exactly_what_would_be_quarantined_and_does_nothing(string kind, string versions)
    {
        await PreviewAsync(kind);

        Assert.Equal(HttpStatusCode.OK, Browser.Status);
        Assert.Equal(versions.Split(' ').Order(), Listed().Order());
        Assert.Contains($"{versions.Split(' ').Length}, of 1 packages", Browser.Text);
        Assert.Equal(0, await world.App.ReadAsync(db => db.Incidents.CountAsync()));
        Assert.Equal(0, await world.App.ReadAsync(db => db.Versions.CountAsync(row => row.QuarantinedBy != null)));
    }

    [Fact]
    public async Task A_person_is_selected_by_name()
    {
        await world.App.PublishedAsync(await world.App.SignedInAsync("alice"), new TestPackage("@open/alices", "3.0.0"));

        await PreviewAsync("person", ("person", "alice"));

        Assert.Equal(["3.0.0"], Listed());
        Assert.Contains("Tokens revoked1", Browser.Text);
    }

    [Fact]
    public async Task What_was_looked_at_is_declared_with_a_second_factor_under_the_administrators_name()
    {
        await PreviewAsync("run");

        await Browser.SubmitAsync("Declare");
        Assert.Equal("otp-needed", Browser.Document.QuerySelector(".problem code")!.TextContent);
        Assert.Equal(0, await world.App.ReadAsync(db => db.Incidents.CountAsync()));
        await world.ConfirmAsync("Declare");

        Assert.Contains("hidden from everybody", Browser.Text);
        Assert.Contains("@acme/hello@1.1.0", Browser.Text);
        Assert.Equal(["1.0.0", "1.2.0"], await world.World.VisibleAsync());
        Assert.StartsWith("root ", await world.RecordedAsync("incident.declared"), StringComparison.Ordinal);
        Assert.Equal("root @acme/hello@1.1.0", await world.RecordedAsync("version.quarantined"));
        await Browser.OpenAsync("/-/operator/upstream");
        Assert.Contains("@acme/hello@1.1.0", Browser.Text);
    }

    [Fact]
    public async Task Nothing_is_done_when_it_would_be_something_else_by_now()
    {
        await PreviewAsync("project");
        await world.World.PublishFromRunAsync("102", "1.3.0");

        await world.ConfirmAsync("Declare");

        Assert.Contains("has changed since you looked at it", Browser.Text);
        Assert.Contains("1.3.0", Listed());
        Assert.Equal(0, await world.App.ReadAsync(db => db.Incidents.CountAsync()));
        await world.ConfirmAsync("Declare");
        Assert.Equal(4, await world.App.ReadAsync(db => db.Versions.CountAsync(row => row.QuarantinedBy != null)));
    }

    [Fact]
    public async Task The_workflow_is_frozen_with_it_where_that_is_wanted()
    {
        await PreviewAsync("workflow", ("freeze", "true"));

        await world.ConfirmAsync("Declare");

        Assert.Contains("hidden from everybody", Browser.Text);
        Assert.Equal("workflow", await world.App.ReadAsync(db => db.Freezes.Select(row => row.Kind).SingleAsync()));
    }

    [Theory]
    [InlineData("run", "run", "", "A selection is one of")]
    [InlineData("run", "reason", "", "Say why")]
    [InlineData("issuer", "from", "yesterday", "A window is")]
    [InlineData("person", "person", "nobody", "There is no person named nobody")]
    [InlineData("everything", "run", "1", "A selection is one of")]
    public async Task What_selects_nothing_certain_is_refused(string kind, string field, string value, string told)
    {
        await PreviewAsync(kind, (field, value));

        Assert.Equal(HttpStatusCode.BadRequest, Browser.Status);
        Assert.Contains(told, Browser.Text);
        Assert.DoesNotContain("What this would do", Browser.Text);
    }

    [Theory]
    [InlineData("/-/operator/incidents", "workflow")]
    [InlineData("/-/operator/freezes", "workflow")]
    public async Task A_link_fills_the_form_in_and_does_nothing(string page, string kind)
    {
        var before = await world.App.ReadAsync(db => db.AuditEvents.CountAsync());

        await Browser.OpenAsync($"{page}?handler=Add&kind={kind}&binding=gone&project=74&run=100&workflow=a.yml&person=bob&name=@acme/x&reason=linked&freeze=true&from=2020-01-01T00:00Z");

        Assert.Equal(HttpStatusCode.OK, Browser.Status);
        Assert.Equal(kind, Browser.Document.QuerySelector("[name=kind][checked]")!.GetAttribute("value"));
        Assert.Equal("gone", Browser.Document.QuerySelector("[name=binding] option[selected]")!.GetAttribute("value"));
        Assert.Equal(("74", "a.yml"), (Value("project"), Value("workflow")));
        Assert.Equal(page == Page ? ("100", "bob", null) : (null, null, "@acme/x"), (Value("run"), Value("person"), Value("name")));
        // Why it is done, says whoever does it.
        Assert.Equal("", Value("reason"));
        Assert.Equal(before, await world.App.ReadAsync(db => db.AuditEvents.CountAsync()));
        Assert.Equal((0, 0), await world.App.ReadAsync(async db => (await db.Incidents.CountAsync(), await db.Freezes.CountAsync())));
        Assert.DoesNotContain("What this would do", Browser.Text);
    }

    [Fact]
    public async Task What_runs_published_last_is_offered_and_a_choice_selects_that_run()
    {
        var offered = Browser.Document.QuerySelectorAll("[aria-label='Published by runs lately'] tbody tr");
        Assert.Equal(["@acme/hello@1.2.0", "@acme/hello@1.1.0", "@acme/hello@1.0.0"], offered.Select(row => row.QuerySelector("th")!.TextContent));
        Assert.All(offered, row => Assert.StartsWith("octo-org/octo-repo", row.QuerySelector("td")!.TextContent, StringComparison.Ordinal));

        await Browser.OpenAsync(offered[1].QuerySelector("a")!.GetAttribute("href")!);
        await Browser.SubmitAsync("Preview", ("reason", "stolen credentials"));

        Assert.Equal(["1.1.0"], Listed());
    }

    [Fact]
    public async Task Fields_of_another_kind_are_not_read()
    {
        await Browser.OpenAsync($"{Page}?kind=person&person=nobody&binding=github&run=999");

        await PreviewAsync("run", ("person", "nobody"));

        Assert.Equal(["1.1.0"], Listed());
    }

    [Fact]
    public async Task Another_administrator_undoes_it_and_whoever_declared_it_cannot()
    {
        await PreviewAsync("run");
        await world.ConfirmAsync("Declare");
        var id = await world.App.ReadAsync(db => db.Incidents.Select(row => row.Id).SingleAsync());
        Assert.Contains("another administrator has to undo it", Browser.Text);
        await Browser.PostAsync($"{Page}/{id}?handler=Undo", ("factor", world.Factor.NextCode()));
        Assert.Contains("somebody else has to undo it", Browser.Text);
        var factor = await world.App.EnrolledAsync(await world.App.SignedInAsync("second", isAdministrator: true));
        var second = new Browser(world.App);
        await second.SignInAsync("second", factor.NextCode());

        await second.OpenAsync($"{Page}/{id}");
        await second.SubmitAsync("Undo", ("factor", factor.NextCode()));
        await second.FollowAsync();

        Assert.Contains("can be read again", second.Text);
        Assert.Equal(["1.0.0", "1.1.0", "1.2.0"], await world.World.VisibleAsync());
        Assert.Equal($"second {id}", await world.RecordedAsync("incident.undone"));
    }

    private string? Value(string field) => Browser.Document.QuerySelector($"form [name={field}]") is { } found ? found.GetAttribute("value") ?? "" : null;

    private IEnumerable<string> Listed() =>
        Browser.Document.QuerySelectorAll("[aria-label='Versions that would be quarantined'] tbody th").Select(cell => cell.TextContent.Split('@')[^1]);

    private async Task PreviewAsync(string kind, params (string Name, string Value)[] over)
    {
        var version = await world.App.ReadAsync(db => db.Versions.OrderBy(row => row.Id).FirstAsync());
        List<(string Name, string Value)> fields =
        [
            ("kind", kind), ("binding", "github"), ("project", version.ProjectId!), ("run", "100"), ("workflow", version.Workflow!), ("reason", "stolen credentials"),
            ("from", kind == "window" ? "2020-01-01T00:00Z" : ""), ("to", kind == "window" ? "2999-01-01T00:00Z" : ""),
        ];
        fields.RemoveAll(field => over.Any(other => other.Name == field.Name));
        // With a bad beginning of a window its end is there as well.
        await Browser.SubmitAsync("Preview", [.. fields, .. over]);
    }
}
