using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages.Operator;

/// <summary>What strangers wrote is shown, and does nothing.</summary>
public sealed class HostileValuesTests
{
    [Fact]
    public async Task No_page_of_the_operator_runs_what_strangers_wrote()
    {
        await using var world = await OperatorWorld.StartAsync("--Assay:Upstream:Registries:npm:Url=http://localhost:9/");
        await FillAsync(world);

        foreach (var address in new[]
        {
            "/-/operator", "/-/operator/jobs", "/-/operator/audit", "/-/operator/charts", "/-/operator/reports", "/-/operator/reports/1", "/-/operator/upstream", "/-/operator/upstream?what=" + Uri.EscapeDataString(Inert.Hostile),
            "/-/operator/webhooks", "/-/operator/webhooks/1", "/-/operator/incidents", "/-/operator/incidents/abc", "/-/operator/freezes", "/-/operator/advisories", "/-/operator/users",
            "/-/log", "/-/operator/users?find=" + Uri.EscapeDataString(Inert.Hostile), "/-/operator/audit?actor=" + Uri.EscapeDataString(Inert.Hostile), "/-/log?find=" + Uri.EscapeDataString(Inert.Hostile),
        })
        {
            await world.Browser.OpenAsync(address);

            Assert.True(world.Browser.Page.Contains("&lt;script&gt;", StringComparison.Ordinal), $"{address} shows nothing of it:\n{world.Browser.Page}");
            Assert.Contains("alert(1)", world.Browser.Document.Body!.TextContent + world.Browser.Document.QuerySelector("input[value*=alert]")?.GetAttribute("value"));
            Inert.ShouldBe(world.Browser.Document);
        }
    }

    [Fact]
    public async Task A_preview_shows_claims_as_they_are_and_runs_none()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.App.ReadAsync(db => db.Versions.ExecuteUpdateAsync(set => set.SetProperty(row => row.Workflow, Inert.Hostile).SetProperty(row => row.RunId, Inert.Hostile)));
        await world.Browser.OpenAsync("/-/operator/incidents");

        await world.Browser.SubmitAsync("Preview", ("kind", "issuer"), ("binding", "github"), ("reason", Inert.Hostile));

        Assert.Contains("What this would do", world.Browser.Text);
        Assert.Contains("alert(1)", world.Browser.Document.QuerySelector("table")!.TextContent);
        Inert.ShouldBe(world.Browser.Document);
    }

    private static async Task FillAsync(OperatorWorld world)
    {
        var (now, text) = (world.App.Clock.GetUtcNow(), Inert.Hostile);
        var person = await world.App.ReadAsync(db => db.People.Select(row => row.Id).FirstAsync());
        await world.FailedJobAsync(text);
        await world.RecordAsync("person.disabled", text, text);
        await world.RecordAsync("version.deprecated", text, text);
        await world.StoreAsync(
            new ReportRow { PackageName = text, Version = text, Kind = ReportRow.Malware, Text = text, ReporterId = person, CreatedAt = now },
            new UpstreamRefusalRow { Name = text, Version = text, Rule = text, Reason = text, Caller = text, Address = text, FirstAt = now, LastAt = now, Count = 1 },
            new UpstreamRulingRow { Kind = UpstreamRulingRow.Quarantine, Name = text, Version = text, Reason = text, By = text, At = now },
            new UpstreamPackageRow { Name = text, Registry = text, Sha512 = [1], Size = 1, ValidatedAt = now },
            new WebhookRow { Url = "https://hooks.example/" + text, Events = text, Packages = text, Secret = [1], CreatedAt = now, StoppedAt = now, StoppedWhy = text },
            new WebhookDeliveryRow { WebhookId = 1, MessageId = text, Event = text, Body = "{}", CreatedAt = now, State = "failed", LastProblem = text, LastAnswer = text },
            new IncidentRow { Id = "abc", Selection = new System.Text.Json.Nodes.JsonObject { [text] = new System.Text.Json.Nodes.JsonObject { ["x"] = text } }.ToJsonString(), Reason = text, CreatedByName = text, CreatedAt = now },
            new FreezeRow { Kind = FreezeRow.OfWorkflow, Subject = text, ProjectId = text, Workflow = text, Reason = text, CreatedAt = now },
            new InvitationRow { Name = text, Email = text, InvitedBy = text, CreatedAt = now, ExpiresAt = now },
            new ExchangeAttemptRow { At = now, PackageName = text, Action = text, Issuer = text, RefusalCode = text, Text = text, Recital = text, Comparisons = "[]", Claims = "{}", Address = text },
            new IssuedAdvisoryRow { Name = text, Year = 2026, Number = 1, PackageName = text, VulnerableVersions = text, Severity = text, Summary = text, IssuedBy = text, IssuedAt = now });
    }
}
