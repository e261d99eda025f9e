using System.IO.Compression;
using System.Net;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace Assay.Server.Tests.Upstream.Advisories;

/// <summary>An upstream that fails, floods or talks of something else: the audit says so, and never that all is well.</summary>
public sealed class HostileAuditTests
{
    private const int Flood = 50 * 1024 * 1024;

    [Theory]
    [InlineData(204)]
    [InlineData(304)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(405)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task An_error_is_told(int status)
    {
        var text = await RefusedAsync(ForeignAdvisories.Answering(status));

        Assert.StartsWith("Whether these packages are vulnerable is not known: npm (http://localhost:", text, StringComparison.Ordinal);
        Assert.Contains(status == 304 ? "nothing that can be used" : $"answered {status}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upstream_that_offers_no_audits_is_named()
    {
        var text = await RefusedAsync(ForeignAdvisories.Answering(404), HttpStatusCode.NotFound, "advisories-not-offered");

        Assert.Matches("is not known: npm .* offers no security advisories", text);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await ForeignRegistry.StartAsync();
        ForeignAdvisories.Of(elsewhere);

        var text = await RefusedAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (307, $"{elsewhere.Url}{ForeignAdvisories.Path[1..]}");
            return Task.CompletedTask;
        });

        Assert.Contains("answered 307", text, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task One_that_begins_no_answer_is_given_up()
    {
        using var ended = new CancellationTokenSource();

        var text = await RefusedAsync(context => HangAsync(context, ended.Token), settings: "--Assay:Upstream:AnswerSeconds=1");

        await ended.CancelAsync();
        Assert.Contains("does not answer", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_pauses_in_its_answer_is_given_up()
    {
        using var ended = new CancellationTokenSource();

        var text = await RefusedAsync(async context =>
        {
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            await HangAsync(context, ended.Token);
        }, settings: "--Assay:Upstream:PauseSeconds=1");

        await ended.CancelAsync();
        Assert.Contains("stopped sending", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_drops_in_the_middle_is_no_answer()
    {
        var text = await RefusedAsync(async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{}");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        Assert.Matches("ended the connection|cannot be reached", text);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task More_than_is_taken_is_left(bool saysLength, bool isPacked)
    {
        var text = await RefusedAsync(async context =>
        {
            context.Response.ContentLength = saysLength ? Flood : null;
            context.Response.Headers.ContentEncoding = isPacked ? "gzip" : default;
            await using var body = isPacked ? new GZipStream(context.Response.Body, CompressionLevel.Fastest) : context.Response.Body;
            var spaces = new byte[64 * 1024];
            spaces.AsSpan().Fill((byte)' ');
            for (var sent = 0; sent < Flood && !context.RequestAborted.IsCancellationRequested; sent += spaces.Length)
            {
                await body.WriteAsync(spaces, context.RequestAborted);
            }
        });

        Assert.Contains($"{32 * 1024 * 1024}", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("<html>Sign in</html>")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"theirs\":[],\"theirs\":[]}")]
    [InlineData("{\"theirs\":[{\"id\":1,\"id\":2}]}")]
    [InlineData("{\"theirs\":[{\"title\":\"\\ud800\"}]}")]
    [InlineData("{\"\\udc00\":[]}")]
    [InlineData("{} {}")]
    public async Task An_answer_that_is_none_is_told(string body) =>
        Assert.Contains("sent no advisories", await RefusedAsync(context => context.Response.WriteAsync(body)), StringComparison.Ordinal);

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("\"fine\"")]
    [InlineData("[null]")]
    [InlineData("[7]")]
    [InlineData("[{}]")]
    [InlineData("[{\"id\":1,\"severity\":\"high\"}]")]
    [InlineData("[{\"vulnerable_versions\":null}]")]
    [InlineData("[{\"vulnerable_versions\":\"*\"},{\"vulnerable_versions\":[\"*\"]}]")]
    public async Task Advisories_that_clients_cannot_read_are_told(string advisories) =>
        Assert.Contains("sent advisories of theirs that cannot be read", await RefusedAsync(context => context.Response.WriteAsync($"{{\"theirs\":{advisories}}}")), StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"error\":\"audits are not supported\"}", "'error'")]
    [InlineData("{\"theirs\":[],\"other\":[]}", "'other'")]
    [InlineData("{\"THEIRS\":[]}", "'THEIRS'")]
    [InlineData("{\"\\u001b[31m\":[]}", "'?[31m'")]
    public async Task An_answer_about_something_else_is_none(string body, string name) =>
        Assert.Contains($"answered about {name}, which it was not asked about", await RefusedAsync(context => context.Response.WriteAsync(body)), StringComparison.Ordinal);

    [Fact]
    public async Task One_registry_does_not_speak_for_another()
    {
        await using var everything = await ForeignRegistry.StartAsync();
        await using var partner = await ForeignRegistry.StartAsync();
        ForeignAdvisories.Of(everything, "lodash");
        ForeignAdvisories.Of(partner).Instead = context => context.Response.WriteAsync("""{"lodash":[]}""");
        await using var app = await RegistryApp.StartAsync([ForeignAdvisories.Relayed, .. everything.Settings, .. ForeignAdvisories.Partner(partner)]);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.AuditAsync(alice, "lodash@1.0.0", "@partner/x@1.0.0");

        Assert.Matches("partner .* answered about 'lodash'", await answer.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "upstream-failed"));
    }

    [Fact]
    public async Task What_one_registry_knows_is_not_told_while_another_is_silent()
    {
        await using var everything = await ForeignRegistry.StartAsync();
        var partner = await ForeignRegistry.StartAsync();
        ForeignAdvisories.Of(everything);
        await using var app = await RegistryApp.StartAsync([ForeignAdvisories.Relayed, .. everything.Settings, .. ForeignAdvisories.Partner(partner)]);
        var alice = await app.SignedInAsync("alice");
        await partner.DisposeAsync();

        using var answer = await app.AuditAsync(alice, "lodash@1.0.0", "@partner/x@1.0.0");

        Assert.Matches("partner .* cannot be reached", await answer.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "upstream-failed"));
        Assert.Matches("partner .* cannot be reached", answer.Notice());
    }

    /// <summary>The text that is told when the one upstream answers so.</summary>
    private static async Task<string> RefusedAsync(
        RequestDelegate answering, HttpStatusCode status = HttpStatusCode.BadGateway, string code = "upstream-failed", params string[] settings)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        var advisories = ForeignAdvisories.Of(foreign);
        advisories.Instead = answering;
        await using var app = await RegistryApp.StartAsync([ForeignAdvisories.Relayed, .. foreign.Settings, .. settings]);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.AuditAsync(alice, "theirs@1.0.0");

        Assert.NotEmpty(advisories.Asked);
        return await answer.ShouldBeRefusedAsync(status, code);
    }

    private static async Task HangAsync(HttpContext context, CancellationToken ended)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, ended);
        await Task.Delay(TimeSpan.FromSeconds(60), either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
