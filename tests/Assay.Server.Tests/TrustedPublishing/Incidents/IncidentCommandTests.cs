using System.Net;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing.Incidents;

/// <summary><c>admin freeze …</c> and <c>admin incident …</c>, as an operator types them.</summary>
public sealed class IncidentCommandTests
{
    [Theory]
    [InlineData("--package @acme/hello", "@acme/hello")]
    [InlineData("--scope @acme", "everything in @acme")]
    [InlineData("--issuer github", "runs of the issuer github")]
    [InlineData("--issuer github --project 74", "runs of the project 74 at github")]
    [InlineData("--issuer github --project 74 --workflow publish.yml", "runs of the workflow publish.yml of the project 74 at github")]
    public async Task The_operator_freezes_and_lifts(string what, string words)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        var added = await RunAsync(world, ["admin", "freeze", "add", .. what.Split(' '), "--reason", "stolen laptop"]);

        Assert.Equal((0, ""), (added.ExitCode, added.Error));
        Assert.Contains($"Freeze 1: nothing is written by {words}", added.Output, StringComparison.Ordinal);
        var text = await (await world.ExchangeAsync(world.Github())).ShouldExplainAsync(HttpStatusCode.Unauthorized, "publishing-frozen");
        Assert.Contains($"Publishing is frozen for {words}", text, StringComparison.Ordinal);
        Assert.Contains("by the operator: stolen laptop", text, StringComparison.Ordinal);
        Assert.Contains(words, (await RunAsync(world, ["admin", "freeze", "list"])).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(world, ["admin", "freeze", "lift", "1"])).ExitCode);
        await world.PublishFromGithubAsync("1.1.0");
    }

    [Theory]
    [InlineData("--project 74")]
    [InlineData("--issuer github --workflow publish.yml")]
    [InlineData("--package @acme/hello --scope @acme")]
    [InlineData("")]
    public async Task What_does_not_fit_together_is_refused(string what)
    {
        await using var world = await TrustWorld.StartAsync();

        var ended = await RunAsync(world, ["admin", "freeze", "add", .. what.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--reason", "stolen laptop"]);

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("assay: Say one thing to freeze", ended.Error, StringComparison.Ordinal);
        Assert.Empty(await world.App.ReadAsync(db => db.Freezes.ToListAsync()));
    }

    [Fact]
    public async Task The_operator_previews_declares_and_shows_and_a_named_administrator_undoes()
    {
        await using var world = await IncidentTests.WorldAsync();
        string[] run = ["--issuer", "github", "--project", "74", "--run", "100"];

        var preview = await RunAsync(world, ["admin", "incident", "preview", .. run]);
        var digest = preview.Output.Split("--preview ")[^1].Trim();
        var declared = await RunAsync(world, ["admin", "incident", "declare", .. run, "--reason", "stolen laptop", "--preview", digest, "--freeze"]);

        Assert.Contains("2 versions of 2 packages would be quarantined", preview.Output, StringComparison.Ordinal);
        Assert.Contains("@acme/hello@1.0.0", preview.Output, StringComparison.Ordinal);
        Assert.Contains("issuer github, project 74, run 100, workflow publish.yml", preview.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (declared.ExitCode, declared.Error));
        Assert.Contains("Freeze 1: nothing is written by runs of the project 74 at github", declared.Output, StringComparison.Ordinal);
        Assert.Equal(["1.1.0", "1.2.0", "9.0.0"], await world.VisibleAsync());
        var id = declared.Output.Split(' ')[1];
        Assert.Contains("@acme/other@1.0.0", (await RunAsync(world, ["admin", "incident", "show", id])).Output, StringComparison.Ordinal);
        var undone = await RunAsync(world, ["admin", "incident", "undo", id]);
        Assert.Equal(1, undone.ExitCode);
        Assert.Contains("a named administrator has to undo it", undone.Error, StringComparison.Ordinal);
        await (await world.UndoAsync(id)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(["1.0.0", "1.1.0", "1.2.0", "9.0.0"], await world.VisibleAsync());
    }

    [Fact]
    public async Task What_a_person_declared_the_operator_undoes()
    {
        await using var world = await IncidentTests.WorldAsync();
        var id = await world.DeclaredAsync(Select.Run("100"));

        var ended = await RunAsync(world, ["admin", "incident", "undo", id]);

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Equal(["1.0.0", "1.1.0", "1.2.0", "9.0.0"], await world.VisibleAsync());
        Assert.Contains("undone", (await RunAsync(world, ["admin", "incident", "list"])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_a_stale_preview_the_operator_declares_nothing()
    {
        await using var world = await IncidentTests.WorldAsync();

        var ended = await RunAsync(world, ["admin", "incident", "declare", "--person", "root", "--reason", "left", "--preview", "0000"]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("has changed since it was previewed", ended.Error, StringComparison.Ordinal);
        Assert.Empty(await world.App.ReadAsync(db => db.Incidents.ToListAsync()));
    }

    [Fact]
    public async Task By_time_everything_of_that_time_is_shown()
    {
        await using var world = await IncidentTests.WorldAsync();
        var (from, to) = (world.App.Clock.GetUtcNow().AddHours(-1), world.App.Clock.GetUtcNow().AddHours(1));

        var ended = await RunAsync(world, ["admin", "incident", "preview", "--from", $"{from:yyyy-MM-dd'T'HH:mm'Z'}", "--to", $"{to:yyyy-MM-dd'T'HH:mm'Z'}"]);

        Assert.Contains("6 versions of 2 packages would be quarantined", ended.Output, StringComparison.Ordinal);
        Assert.Contains("person root", ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/-/assay/admin/freeze/add")]
    [InlineData("/-/assay/admin/freeze/lift")]
    [InlineData("/-/assay/admin/incident/declare")]
    [InlineData("/-/assay/admin/incident/undo")]
    public async Task Over_the_network_there_is_no_operator(string path)
    {
        await using var world = await TrustWorld.StartAsync();
        var body = Select.Project();
        body["reason"] = "why";

        using var answer = await world.App.PostAsync(path, world.Administrator, body);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
    }

    private static Task<Ended> RunAsync(TrustWorld world, IEnumerable<string> arguments) =>
        ServerProgram.RunAsync([.. arguments, "--data", world.App.DataDirectory]);
}
