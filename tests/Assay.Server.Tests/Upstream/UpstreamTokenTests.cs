using System.Net;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Assay.Server.Tests.Upstream;

/// <summary>A registry that hides everything from a token that has expired: its 404 is not believed, because that would give names away and lose what is kept.</summary>
public sealed class UpstreamTokenTests : IDisposable
{
    private const string Token = "the-secret";
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(6);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task While_the_token_works_a_404_is_believed()
    {
        await using var foreign = await PrivateAsync();
        await using var app = await StartAsync(foreign);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");
        foreign.Remove("left-pad");
        app.Clock.Advance(Stale);

        using var gone = await app.GetAsync("/left-pad", alice);
        await app.PublishedAsync(alice, new TestPackage("brand-new", "1.0.0"));

        await gone.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(0, await app.ReadAsync(db => db.UpstreamPackages.CountAsync()));
    }

    [Fact]
    public async Task When_the_token_has_expired_what_is_kept_is_served_on_and_no_name_becomes_ours()
    {
        using var log = new CapturedLog();
        await using var foreign = await PrivateAsync();
        foreign.Add(new TestPackage("their-tool", "1.0.0"));
        await using var app = await StartAsync(foreign, log);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");
        foreign.Token = "another";
        app.Clock.Advance(Stale);

        using var kept = await app.GetAsync("/left-pad", alice);
        using var published = await new TestPackage("their-tool", "9.0.0").PublishAsync(app, alice);
        using var reserved = await new TestPackage("brand-new", "1.0.0").PublishAsync(app, alice);
        var (lines, fails) = await DoctorTests.AskAsync(app);

        await kept.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Contains("stale", kept.Headers.GetValues("Cache-Status").Single(), StringComparison.Ordinal);
        Assert.Equal(1, await app.ReadAsync(db => db.UpstreamPackages.CountAsync()));
        Assert.Contains("does not accept its token any more (401 to /-/whoami)", await published.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "upstream-cannot-be-asked"), StringComparison.Ordinal);
        await reserved.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "upstream-cannot-be-asked");
        Assert.True(fails);
        Assert.Contains(lines, line => line.StartsWith("failed ", StringComparison.Ordinal) && line.Contains("does not accept its token", StringComparison.Ordinal)
            && line.Contains("Assay:Upstream:Registries:npm:TokenFile", StringComparison.Ordinal));
        Assert.Single(log.Lines, line => line.Contains("which is not believed", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines.Concat(lines), line => line.Contains(Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_doubt_is_asked_about_again_after_a_while()
    {
        await using var foreign = await PrivateAsync();
        await using var app = await StartAsync(foreign);
        var alice = await app.SignedInAsync("alice");
        foreign.Token = "another";
        (await new TestPackage("brand-new", "1.0.0").PublishAsync(app, alice)).Dispose();
        foreign.Token = Token;

        using var still = await new TestPackage("brand-new", "1.0.0").PublishAsync(app, alice);
        app.Clock.Advance(TimeSpan.FromSeconds(11));
        await app.PublishedAsync(alice, new TestPackage("brand-new", "1.0.0"));

        await still.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "upstream-cannot-be-asked");
    }

    [Fact]
    public async Task For_a_new_name_an_earlier_proof_is_not_enough()
    {
        await using var foreign = await PrivateAsync();
        await using var app = await StartAsync(foreign);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("brand-new", "1.0.0"));
        foreign.Token = "another";

        using var answer = await new TestPackage("brand-newer", "1.0.0").PublishAsync(app, alice);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "upstream-cannot-be-asked");
    }

    [Fact]
    public async Task Packages_that_are_gone_at_once_share_one_proof()
    {
        await using var foreign = await PrivateAsync();
        foreign.Add(new TestPackage("right-pad", "1.0.0"));
        await using var app = await StartAsync(foreign);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");
        await app.PackumentAsync(alice, "right-pad");
        foreign.Remove("left-pad");
        foreign.Remove("right-pad");
        app.Clock.Advance(Stale);

        (await app.GetAsync("/left-pad", alice)).Dispose();
        (await app.GetAsync("/right-pad", alice)).Dispose();

        Assert.Equal(0, await app.ReadAsync(db => db.UpstreamPackages.CountAsync()));
        // With the token and without.
        Assert.Equal(2, foreign.Asked("/-/whoami"));
    }

    [Fact]
    public async Task A_document_that_only_the_token_is_given_is_proof_where_nobody_is_named()
    {
        await using var foreign = await PrivateAsync();
        foreign.Names = null;
        await using var app = await StartAsync(foreign);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");

        await app.PublishedAsync(alice, new TestPackage("brand-new", "1.0.0"));
    }

    [Theory]
    [InlineData("ci", "ci")]
    [InlineData(null, null)]
    public async Task What_everybody_is_told_or_given_proves_nothing(string? holder, string? nobody)
    {
        await using var foreign = await PrivateAsync();
        foreign.Names = holder is null ? null : (holder, nobody);
        foreign.Open.Add("/left-pad");
        await using var app = await StartAsync(foreign);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");

        using var answer = await new TestPackage("brand-new", "1.0.0").PublishAsync(app, alice);
        var (lines, _) = await DoctorTests.AskAsync(app);

        Assert.Contains("nothing shows whether its token still works", await answer.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "upstream-cannot-be-asked"), StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("warning ", StringComparison.Ordinal) && line.Contains("PrivatePackage", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("left-pad", true)]
    [InlineData("open-pad", false)]
    [InlineData("no-such", false)]
    public async Task A_package_that_the_operator_names_is_proof_when_only_the_token_sees_it(string named, bool isProof)
    {
        await using var foreign = await PrivateAsync();
        foreign.Names = null;
        foreign.Add(new TestPackage("open-pad", "1.0.0"));
        foreign.Open.Add("/open-pad");
        await using var app = await StartAsync(foreign, null, $"--Assay:Upstream:Registries:npm:PrivatePackage={named}");
        var alice = await app.SignedInAsync("alice");

        using var answer = await new TestPackage("brand-new", "1.0.0").PublishAsync(app, alice);

        Assert.Equal(isProof ? HttpStatusCode.Created : HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(0)]
    public async Task Who_cannot_be_asked_about_the_token_is_not_believed(int status)
    {
        await using var foreign = await PrivateAsync();
        await using var app = await StartAsync(foreign);
        var alice = await app.SignedInAsync("alice");
        foreign.First = context =>
        {
            var isAsked = context.Request.Path == "/-/whoami";
            if (isAsked && status == 0)
            {
                context.Abort();
            }
            else if (isAsked)
            {
                context.Response.StatusCode = status;
            }
            return Task.FromResult(isAsked);
        };

        using var answer = await new TestPackage("brand-new", "1.0.0").PublishAsync(app, alice);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "upstream-cannot-be-asked");
    }

    [Fact]
    public async Task Without_a_token_nobody_is_asked_who_we_are()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        await app.PublishedAsync(alice, new TestPackage("brand-new", "1.0.0"));
        var (lines, _) = await DoctorTests.AskAsync(app);

        Assert.Equal(0, foreign.Asked("/-/whoami"));
        Assert.DoesNotContain(lines, line => line.Contains("token", StringComparison.Ordinal) && line.Contains(foreign.Url.ToString(), StringComparison.Ordinal));
    }

    private static async Task<ForeignRegistry> PrivateAsync()
    {
        var foreign = await ForeignRegistry.StartAsync();
        foreign.Token = Token;
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        return foreign;
    }

    private async Task<RegistryApp> StartAsync(ForeignRegistry foreign, CapturedLog? log = null, params string[] settings)
    {
        await File.WriteAllTextAsync(folder.In("token"), Token);
        return await RegistryApp.StartAsync([.. foreign.Settings, $"--Assay:Upstream:Registries:npm:TokenFile={folder.In("token")}", .. settings], replace: services =>
        {
            if (log is not null)
            {
                services.AddSingleton<ILoggerProvider>(log);
            }
        });
    }
}
