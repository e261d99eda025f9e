using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing.Incidents;

/// <summary>What is not understood to the last member stops nothing: it would stop something else than was meant.</summary>
public sealed class NotUnderstoodTests(SharedTrustWorld shared) : IClassFixture<SharedTrustWorld>
{
    private readonly TrustWorld world = shared.World;

    [Theory]
    [InlineData("{}", "invalid-freeze")]
    [InlineData("""{"package":"@acme/x","scope":"@acme"}""", "invalid-freeze")]
    [InlineData("""{"package":"../x"}""", "invalid-freeze")]
    [InlineData("""{"package":["@acme/x"]}""", "invalid-freeze")]
    [InlineData("""{"scope":"acme"}""", "invalid-freeze")]
    [InlineData("""{"scope":"@acme/*"}""", "invalid-freeze")]
    [InlineData("""{"issuer":"github"}""", "invalid-freeze")]
    [InlineData("""{"project":{"binding":"github"}}""", "invalid-freeze")]
    [InlineData("""{"project":{"binding":"github","project":""}}""", "invalid-freeze")]
    [InlineData("""{"project":{"binding":"github","project":74}}""", "invalid-freeze")]
    [InlineData("""{"project":{"binding":"github","project":"74","workflow":"publish.yml"}}""", "invalid-freeze")]
    [InlineData("""{"everything":true}""", "invalid-freeze")]
    [InlineData("""{"package":"@acme/x","reason":""}""", "reason-needed")]
    [InlineData("""{"package":"@acme/x","reason":"two\nlines"}""", "reason-needed")]
    public async Task A_body_that_does_not_say_one_thing_and_why_freezes_nothing(string json, string code)
    {
        var body = JsonNode.Parse(json)!.AsObject();
        body.TryAdd("reason", ResponseExtensions.Reason);

        using var answer = await world.App.PostAsync("/-/assay/v1/freezes", world.Administrator, body);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, code);
        Assert.Empty(await world.App.ReadAsync(db => db.Freezes.ToListAsync()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"everything":true}""")]
    [InlineData("""{"issuer":"github"}""")]
    [InlineData("""{"issuer":{"binding":""}}""")]
    [InlineData("""{"issuer":{"binding":"github","project":"74"}}""")]
    [InlineData("""{"run":{"binding":"github","project":"74","run":""}}""")]
    [InlineData("""{"run":{"binding":"github","project":"74","run":100}}""")]
    [InlineData("""{"project":{"binding":"github","project":"74"},"issuer":{"binding":"github"}}""")]
    [InlineData("""{"project":{"binding":"github","project":"74"},"since":"2026-01-01T00:00Z"}""")]
    [InlineData("""{"person":{"name":"nobody"}}""")]
    [InlineData("""{"person":{"id":1}}""")]
    [InlineData("""{"window":{"from":"2026-01-01T00:00Z"}}""")]
    [InlineData("""{"window":{"from":"2026-01-02T00:00Z","to":"2026-01-01T00:00Z"}}""")]
    [InlineData("""{"window":{"from":"yesterday","to":"2026-01-01T00:00Z"}}""")]
    [InlineData("""{"project":{"binding":"github","project":"74"},"window":null}""")]
    public async Task A_selection_that_does_not_say_what_is_meant_selects_nothing(string selection)
    {
        var body = new JsonObject { ["selection"] = JsonNode.Parse(selection), ["reason"] = ResponseExtensions.Reason, ["preview"] = "" };

        var preview = await world.App.PostAsync("/-/assay/v1/incidents/preview", world.Administrator, body);
        var declared = await world.App.PostAsync("/-/assay/v1/incidents", world.Administrator, body);

        await preview.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-selection");
        await declared.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-selection");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    [InlineData("a\u001b[2J")]
    public async Task Nothing_is_declared_without_saying_why(string? reason)
    {
        var preview = await world.PreviewedAsync(Select.Project());

        using var answer = await world.App.PostAsync("/-/assay/v1/incidents", world.Administrator, new JsonObject
        {
            ["selection"] = Select.Project(),
            ["reason"] = reason,
            ["preview"] = (string?)preview["preview"],
        });

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "reason-needed");
        Assert.Equal(["1.0.0"], await world.VisibleAsync());
    }

    [Theory]
    [InlineData("2026-03-29T01:59Z")]
    [InlineData("2026-03-29T01:59:59Z")]
    [InlineData("2026-03-29T01:59:59.9Z")]
    [InlineData("2026-03-29T03:59:59+02:00")]
    public async Task Times_are_read_as_people_and_machines_write_them(string from)
    {
        var selection = new JsonObject { ["window"] = new JsonObject { ["from"] = from, ["to"] = "2026-03-29T02:00:00.000Z" } };

        var preview = await world.PreviewedAsync(selection);

        Assert.StartsWith("2026-03-29T01:59:", (string?)preview["selection"]!["window"]!["from"], StringComparison.Ordinal);
    }
}
