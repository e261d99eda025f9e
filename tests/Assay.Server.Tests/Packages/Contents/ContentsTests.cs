using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Server.Pages.Readmes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Packages.Contents;

/// <summary>What is in a version, for whoever may read its tarball, and what differs between two.</summary>
public sealed class ContentsTests : IAsyncLifetime
{
    // The start of a picture in each of its characters; the packer of tests writes text.
    private const string Gif = "GIF89a picture";

    private static readonly PackageName Name = PackageName.TryParse("@acme/x", out var name) ? name : throw new InvalidOperationException();

    private RegistryApp app = null!;
    private string alice = null!;
    private string bob = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync(["--Assay:Packages:LargestShownFile=2000", "--Assay:Packages:LongestShownLine=80", "--Assay:Packages:LargestImage=1000"]);
        alice = await app.SignedInAsync("alice");
        bob = await app.SignedInAsync("bob");
        await app.OrganisationAsync("acme", "alice");
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/x", "1.0.0")
        {
            Manifest = new JsonObject { ["scripts"] = new JsonObject { ["test"] = "node ." }, ["dependencies"] = new JsonObject { ["a"] = "^1.0.0" }, ["repository"] = "github:acme/x" },
            Files =
            [
                ("package/README.md", "# Hello\n\n[guide](docs/guide.md) ![logo](logo.gif)"), ("package/index.js", "one\ntwo\nthree\n"), ("package/gone.js", "x"), ("package/logo.gif", Gif),
                ("package/lie.png", "<script>alert(1)</script>"), ("package/evil.svg", "<svg onload=alert(1)>"), ("package/page.html", "<script>alert(1)</script>"),
                ("package/large.js", new string('x', 2001)), ("package/large.gif", Gif + new string('x', 1000)), ("package/binary.dat", "a\0b"), ("package/docs/@types/a b.gif", Gif),
            ],
        });
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.1.0")
        {
            Manifest = new JsonObject { ["scripts"] = new JsonObject { ["test"] = "node .", ["postinstall"] = "node evil.js" }, ["dependencies"] = new JsonObject { ["a"] = "^2.0.0" } },
            Files = [("package/index.js", $"one\n2\nthree\n{new string('m', 200)}\u202Eend"), ("package/new.js", "y"), ("package/binary.dat", "a\0c"), ("package/large.js", new string('y', 2001))],
        });
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task The_files_are_listed_in_order_with_their_sizes_and_modes()
    {
        var version = await FoundAsync("1.1.0");

        Assert.Equal(["binary.dat", "index.js", "large.js", "new.js", "package.json"], version.Files.Select(file => file.Path));
        Assert.Equal(2001, version.Listing.Files["large.js"].Size);
        Assert.Equal(Convert.ToInt32("644", 8), version.Listing.Files["new.js"].Mode);
    }

    [Fact]
    public async Task A_file_is_shown_when_it_is_text_and_not_too_large()
    {
        var text = Assert.IsType<ShownFile.Text>(await ReadAsync("index.js"));
        Assert.Equal("one\ntwo\nthree\n", text.Content);
        Assert.IsType<ShownFile.Binary>(await ReadAsync("binary.dat"));
        Assert.Equal(2000, Assert.IsType<ShownFile.TooLarge>(await ReadAsync("large.js")).Largest);
        Assert.Equal("file-not-found", (await Browse.ReadAsync(Name, "1.0.0", "../index.js", await CallerAsync(alice), CancellationToken.None)).Denial!.Code);
    }

    [Fact]
    public async Task Who_may_not_read_the_package_is_told_what_is_told_of_one_that_does_not_exist()
    {
        var stranger = await CallerAsync(bob);
        var absent = PackageName.TryParse("@acme/y", out var name) ? name : throw new InvalidOperationException();

        var hidden = (await Browse.FindAsync(Name, "1.0.0", stranger, CancellationToken.None)).Denial!;

        Assert.Equal("not-found", hidden.Code);
        Assert.Equal(hidden.Text.Replace("/x", "/y", StringComparison.Ordinal), (await Browse.FindAsync(absent, "1.0.0", stranger, CancellationToken.None)).Denial!.Text);
        Assert.Equal("not-found", (await Compare.RunAsync(Name, "1.0.0", "1.1.0", stranger, CancellationToken.None)).Denial!.Code);
    }

    [Fact]
    public async Task What_is_quarantined_or_removed_is_gone()
    {
        var caller = await CallerAsync(alice);
        await FoundAsync("1.0.0");
        await app.Services.GetRequiredService<Server.Data.CommitQueue>().RunAsync(async (commit, cancellationToken) =>
        {
            await commit.Db.Versions.Where(row => row.Version == "1.0.0").ExecuteUpdateAsync(set => set.SetProperty(row => row.QuarantinedBy, "incident"), cancellationToken);
            await commit.Db.Versions.Where(row => row.Version == "1.1.0").ExecuteUpdateAsync(set => set.SetProperty(row => row.RemovedAt, commit.Now), cancellationToken);
            commit.Changed(PackageDocuments.ChangeKey(Name));
            return true;
        }, CancellationToken.None);

        Assert.NotNull((await Browse.FindAsync(Name, "1.0.0", caller, CancellationToken.None)).Denial);
        Assert.NotNull((await Browse.FindAsync(Name, "1.1.0", caller, CancellationToken.None)).Denial);
        Assert.Equal(HttpStatusCode.NotFound, (await RawAsync("logo.gif", alice)).StatusCode);
    }

    [Fact]
    public async Task Two_versions_are_compared_by_their_files_and_their_manifests()
    {
        var difference = await ComparedAsync("1.0.0", "1.1.0");

        Assert.Equal(["new.js"], difference.Contents.Added.Select(file => file.Path));
        Assert.Contains("gone.js", difference.Contents.Removed.Select(file => file.Path));
        Assert.Equal(["binary.dat", "index.js", "large.js", "package.json"], difference.Contents.Changed.Select(file => file.Path));
        Assert.Equal(
            ["scripts postinstall: -> node evil.js", "dependencies a:^1.0.0 -> ^2.0.0"],
            difference.Contents.Members.Where(change => change.Table is "scripts" or "dependencies").Select(change => $"{change.Table} {change.Name}:{change.Before} -> {change.Now}"));
        Assert.False(difference.Contents.HadInstallScript);
        Assert.True(difference.Contents.HasInstallScript);
    }

    [Fact]
    public async Task Backwards_it_is_the_same_the_other_way_round()
    {
        var difference = await ComparedAsync("1.1.0", "1.0.0");

        Assert.Equal(["new.js"], difference.Contents.Removed.Select(file => file.Path));
        Assert.Contains(new MemberChange("dependencies", "a", "^2.0.0", "^1.0.0"), difference.Contents.Members);
    }

    [Fact]
    public async Task A_file_is_compared_line_by_line_and_long_lines_are_cut()
    {
        var difference = await ComparedAsync("1.0.0", "1.1.0");

        var lines = Assert.IsType<FileDifference.Lines>((await Compare.FileAsync(difference, "index.js", CancellationToken.None)).File);

        var hunk = Assert.Single(lines.Hunks);
        Assert.Equal(
            ["1 1 one", "2 - two", "- 2 2", "3 3 three", "4 - ", $"- 4 {new string('m', 80)}"],
            hunk.Lines.Select(line => $"{Number(line.Old)} {Number(line.New)} {line.Text.Text}"));
        Assert.True(hunk.Lines[^1].Text.IsCut);
        Assert.Equal((2, 2), (lines.Added, lines.Removed));
    }

    [Fact]
    public async Task Files_that_are_no_text_or_too_large_are_not_compared_line_by_line()
    {
        var difference = await ComparedAsync("1.0.0", "1.1.0");

        Assert.IsType<FileDifference.Binary>((await Compare.FileAsync(difference, "binary.dat", CancellationToken.None)).File);
        Assert.IsType<FileDifference.TooLarge>((await Compare.FileAsync(difference, "large.js", CancellationToken.None)).File);
        Assert.IsType<FileDifference.Lines>((await Compare.FileAsync(difference, "gone.js", CancellationToken.None)).File);
        Assert.Equal("file-not-found", (await Compare.FileAsync(difference, "README.txt", CancellationToken.None)).Denial!.Code);
    }

    [Fact]
    public async Task A_picture_is_served_as_what_it_is_and_can_do_nothing()
    {
        using var answer = await RawAsync("logo.gif", alice);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("image/gif", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("sandbox; default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal(Gif, await answer.Content.ReadAsStringAsync());
        using var again = await app.GetAsync("/-/packages/@acme/x/v/1.0.0/raw/logo.gif", alice, headers => headers.IfNoneMatch.Add(answer.Headers.ETag!));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("docs/@types/a%20b.gif", HttpStatusCode.OK)]
    [InlineData("lie.png", HttpStatusCode.NotFound)]
    [InlineData("evil.svg", HttpStatusCode.NotFound)]
    [InlineData("page.html", HttpStatusCode.NotFound)]
    [InlineData("index.js", HttpStatusCode.NotFound)]
    [InlineData("package.json", HttpStatusCode.NotFound)]
    [InlineData("large.gif", HttpStatusCode.NotFound)]
    [InlineData("none.gif", HttpStatusCode.NotFound)]
    [InlineData("docs/../logo.gif", HttpStatusCode.NotFound)]
    [InlineData("%2e%2e/logo.gif", HttpStatusCode.NotFound)]
    [InlineData("", HttpStatusCode.NotFound)]
    public async Task Nothing_but_pictures_is_served(string path, HttpStatusCode expected) =>
        Assert.Equal(expected, (await RawAsync(path, alice)).StatusCode);

    [Fact]
    public async Task Pictures_of_what_one_may_not_read_do_not_exist()
    {
        using var hidden = await RawAsync("logo.gif", bob);
        using var absent = await app.GetAsync("/-/packages/@acme/y/v/1.0.0/raw/logo.gif", bob);

        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        Assert.Equal(await absent.Content.ReadAsStringAsync(), await hidden.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await RawAsync("logo.gif", null)).StatusCode);
    }

    [Fact]
    public async Task The_readme_is_rendered_once_from_the_tarball()
    {
        var markup = app.Services.GetRequiredService<ReadmeMarkup>();
        var version = await FoundAsync("1.0.0");

        var html = await markup.RenderAsync(version, await CallerAsync(alice), CancellationToken.None);

        Assert.Contains("<h2 id=\"readme-hello\">Hello</h2>", html!.ToString(), StringComparison.Ordinal);
        Assert.Contains("href=\"https://github.com/acme/x/blob/HEAD/docs/guide.md\"", html.ToString(), StringComparison.Ordinal);
        Assert.Contains("src=\"/-/packages/@acme/x/v/1.0.0/raw/logo.gif\"", html.ToString(), StringComparison.Ordinal);
        Assert.Same(html.ToString(), (await markup.RenderAsync(version, await CallerAsync(alice), CancellationToken.None))!.ToString());
        Assert.Null(await markup.RenderAsync(await FoundAsync("1.1.0"), await CallerAsync(alice), CancellationToken.None));
    }

    [Fact]
    public async Task Links_follow_the_provenance_and_only_for_those_who_may_see_it()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var name = PackageName.TryParse(TrustWorld.Package, out var parsed) ? parsed : throw new InvalidOperationException();
        var (version, _) = await world.App.Services.GetRequiredService<BrowseVersion>().FindAsync(name, "1.0.0", await CallerAsync(world.Administrator, world.App), CancellationToken.None);
        var find = world.App.Services.GetRequiredService<FindSource>();

        var source = await find.RunAsync(version!, await CallerAsync(world.Administrator, world.App), CancellationToken.None);

        Assert.True(source!.IsProved);
        Assert.Matches("/octo-org/octo-repo/blob/[0-9a-f]{40}$", source.Tree.Files);
    }

    private BrowseVersion Browse => app.Services.GetRequiredService<BrowseVersion>();

    private CompareVersions Compare => app.Services.GetRequiredService<CompareVersions>();

    private static string Number(int? line) => line?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-";

    private async Task<BrowsedVersion> FoundAsync(string version)
    {
        var (found, denial) = await Browse.FindAsync(Name, version, await CallerAsync(alice), CancellationToken.None);
        Assert.Null(denial);
        return found!;
    }

    private async Task<ShownFile> ReadAsync(string path) => (await Browse.ReadAsync(Name, "1.0.0", path, await CallerAsync(alice), CancellationToken.None)).File!;

    private async Task<VersionDifference> ComparedAsync(string before, string now)
    {
        var (difference, denial) = await Compare.RunAsync(Name, before, now, await CallerAsync(alice), CancellationToken.None);
        Assert.Null(denial);
        return difference!;
    }

    private Task<HttpResponseMessage> RawAsync(string path, string? token) => app.GetAsync($"/-/packages/@acme/x/v/1.0.0/raw/{path}", token);

    private Task<Caller> CallerAsync(string token) => CallerAsync(token, app);

    private static async Task<Caller> CallerAsync(string token, RegistryApp app)
    {
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext { RequestServices = app.Services };
        context.Request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token).ToString();
        return await Caller.BindAsync(context);
    }
}
