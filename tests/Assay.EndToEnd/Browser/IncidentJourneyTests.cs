using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;
using Microsoft.Playwright;

namespace Assay.EndToEnd.Browser;

/// <summary>A run went wrong: what it brought is looked at, hidden by one administrator, and brought back by another.</summary>
public sealed class IncidentJourneyTests(SharedChromium chromium)
{
    private const string Second = "sasha";
    private const string Repository = "acme/stages";
    private const string BadRun = "7712";

    private static readonly string[] Packages = ["@acme/stage-one", "@acme/stage-two"];
    private static readonly string[] Bad = [.. Packages.Select(package => $"{package}@1.1.0")];

    [Fact]
    public async Task What_a_run_published_is_hidden_by_one_administrator_and_brought_back_by_another()
    {
        await using var world = await World.StartAsync(World.Unhindered);
        await world.AddPersonAsync(Second, "--admin");
        var stolen = await PublishAsync(world);
        await using var first = await AdministratorAsync(world, World.Administrator);
        await using var second = await AdministratorAsync(world, Second);

        await DeclareAsync(first);
        var declared = await ViewAsync(world);
        var stillborn = new SamplePackage(Packages[0], "1.2.0");
        using var refused = await world.Http.PublishAsync(stillborn, stillborn.ToTarball(), stolen);
        await UndoAsync(second);
        var undone = await ViewAsync(world);

        Assert.All(declared, view => Assert.True(view.ExitCode != 0 || view.Output.Trim().Length == 0, view.Printed));
        Assert.False(refused.IsSuccessStatusCode);
        Assert.All(undone, view => Assert.Equal("1.1.0", view.ShouldSucceed().Output.Trim()));
        first.ShouldBeQuiet();
        second.ShouldBeQuiet();
    }

    /// <summary>A good run and a bad one, of two packages each; answers a token of the bad run that is still alive.</summary>
    private static async Task<string> PublishAsync(World world)
    {
        foreach (var package in Packages)
        {
            await world.TrustGithubAsync(package, Repository);
        }
        foreach (var (run, version) in new[] { ("7711", "1.0.0"), (BadRun, "1.1.0") })
        {
            var job = world.Ci.StartGithub(Claims(run));
            foreach (var package in Packages)
            {
                (await world.PublishAsync(new SamplePackage(package, version), job)).ShouldSucceed();
            }
        }

        return await world.Http.ExchangedAsync(Packages[0], world.Ci.MintGithub(Claims(BadRun)));
    }

    private static JsonObject Claims(string run) => new() { ["repository"] = Repository, ["repository_id"] = "815", ["run_id"] = run };

    private async Task<Visit> AdministratorAsync(World world, string name)
    {
        var visit = await Visit.BeginAsync(chromium, world.Server.Url);
        await visit.GetAuthenticatorAsync();
        await visit.SignInAsync(name);
        await visit.AddPasskeyAsync(name);
        await OpenIncidentsAsync(visit);

        return visit;
    }

    private static async Task OpenIncidentsAsync(Visit visit)
    {
        await visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Registry" }).GetByRole(AriaRole.Link, new() { Name = "Operator" }).ClickAsync();
        await visit.Main.GetByRole(AriaRole.Navigation, new() { Name = "Operator" }).GetByRole(AriaRole.Link, new() { Name = "Incidents" }).ClickAsync();
    }

    private static async Task DeclareAsync(Visit visit)
    {
        await visit.Page.GetByLabel("One run").CheckAsync();
        await visit.Main.GetByRole(AriaRole.Combobox, new() { NameRegex = new("^Issuer") }).SelectOptionAsync("github");
        await Field(visit, "Repository").FillAsync("815");
        await Field(visit, "Run").FillAsync(BadRun);
        await Assertions.Expect(Field(visit, "Workflow")).ToBeHiddenAsync();
        await Field(visit, "Why").FillAsync("its runner was taken over");
        await visit.PressAsync("Show what it would do");

        await visit.SeeAsync("Nothing is done yet.");
        Assert.Equal(Bad, (await CellsAsync(visit, "Versions that would be quarantined", "th[scope=row]")).Order());
        // Those that published live as long as they were to, and the one that did not publish yet.
        Assert.Equal([Packages[0], Packages[0], Packages[1]], (await CellsAsync(visit, "Tokens that would be revoked", "th[scope=row] + td")).Order());
        await visit.PictureAsync("journey-incident-preview");
        await visit.ShouldBeForEverybodyAsync();
        await visit.PressAsync("Declare the incident with a passkey");
        await visit.SeeAsync("The incident is declared");
        await visit.SeeAsync("another administrator has to undo it");
        Assert.Equal(Bad, (await visit.Main.Locator("ul.list").GetByRole(AriaRole.Listitem).AllInnerTextsAsync()).Select(line => line.Trim()).Order());
        await visit.ShouldBeForEverybodyAsync();
    }

    private static async Task UndoAsync(Visit visit)
    {
        await OpenIncidentsAsync(visit);
        var incident = visit.Main.GetByRole(AriaRole.Row, new() { Name = "its runner was taken over" });
        await Assertions.Expect(incident).ToContainTextAsync("holds");
        await visit.ShouldBeForEverybodyAsync();
        await incident.GetByRole(AriaRole.Link).ClickAsync();
        await visit.ShouldBeForEverybodyAsync();
        await visit.PressAsync("Undo the incident with a passkey");
        await visit.SeeAsync("The incident is undone");
        await visit.ShouldBeForEverybodyAsync();
    }

    private static ILocator Field(Visit visit, string label) => visit.Main.GetByRole(AriaRole.Textbox, new() { NameRegex = new($"^{label}") });

    private static async Task<IEnumerable<string>> CellsAsync(Visit visit, string table, string cell) =>
        (await visit.Main.GetByRole(AriaRole.Region, new() { Name = table }).Locator(cell).AllInnerTextsAsync()).Select(text => text.Trim());

    /// <summary>What npm sees of the bad versions.</summary>
    private static async Task<IReadOnlyList<Finished>> ViewAsync(World world)
    {
        using var npm = await world.MemberAsync();

        return [await npm.RunAnywhereAsync("view", Bad[0], "version", "--prefer-online"), await npm.RunAnywhereAsync("view", Bad[1], "version", "--prefer-online")];
    }
}
