using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Operations;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Upstream;

/// <summary>Signatures of other registries: who strips one, or hides the keys for a while, gains nothing.</summary>
public sealed class UpstreamSignatureTests
{
    private const string Keys = "/-/npm/v1/keys";
    private const string Tarball = "/left-pad/-/left-pad-1.0.0.tgz";
    private const string Requirement = "--Assay:Upstream:Registries:npm:RequireSignature=";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_version_without_a_signature_by_a_listed_key_is_refused_where_its_registry_signs(bool isStripped)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"), isSigned: !isStripped, change: version =>
        {
            if (!isStripped)
            {
                version["dist"]!["signatures"]![0]!["keyid"] = "SHA256:nobody";
            }
        });
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.GetAsync(Tarball, alice);

        Assert.Contains("(no-signature)", await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-signed"), StringComparison.Ordinal);
        Assert.Equal(0, foreign.Asked(Tarball));
        Assert.Equal(0, await app.ReadAsync(db => db.UpstreamTarballs.CountAsync()));
        await Eventually.HoldsAsync(async () => (await app.CommandAsync("/upstream/refusals")).Contains("left-pad@1.0.0  no-signature  1 times to alice", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("IfItSigns", false, true)]
    [InlineData("IfItSigns", true, false)]
    [InlineData("Never", true, true)]
    [InlineData("Always", false, false)]
    public async Task The_operator_says_whether_a_signature_is_needed(string requirement, bool listsKeys, bool isServed)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.KeysInstead = listsKeys ? null : Answering(404);
        foreign.Add(new TestPackage("left-pad", "1.0.0"), isSigned: false);
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, Requirement + requirement]);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.GetAsync(Tarball, alice);

        Assert.Equal(isServed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task An_operator_releases_what_is_not_signed_and_nobody_what_is_signed_wrongly()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"), isSigned: false);
        foreign.Add(new TestPackage("left-pad", "2.0.0"), change: version => version["dist"]!["signatures"] = new JsonArray(foreign.Signature("something else")));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.CommandAsync("/upstream/release", new JsonObject { ["package"] = "left-pad", ["reason"] = "read it" });

        using var released = await app.GetAsync(Tarball, alice);
        using var wrong = await app.GetAsync("/left-pad/-/left-pad-2.0.0.tgz", alice);

        await released.ShouldBeReadAsync();
        await wrong.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-as-promised");
    }

    [Theory]
    [InlineData("good", null, ForeignRegistry.KeyId, 1)]
    [InlineData("wrong", "bad-signature", null, 0)]
    [InlineData("none", "no-signature", null, 1)]
    public async Task What_was_kept_before_the_keys_were_known_is_verified_before_it_is_served_again(string signature, string? rule, string? signedBy, int kept)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.KeysInstead = Answering(503);
        foreign.Add(new TestPackage("left-pad", "1.0.0"), isSigned: signature != "none", change: version =>
        {
            if (signature == "wrong")
            {
                version["dist"]!["signatures"] = new JsonArray(foreign.Signature("something else"));
            }
        });
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        using var before = await app.GetAsync(Tarball, alice);
        var unverified = await app.ReadAsync(db => db.UpstreamTarballs.SingleAsync());
        await LearnKeysAsync(app, foreign, alice);

        using var after = await app.GetAsync(Tarball, alice);

        await before.ShouldBeReadAsync();
        Assert.Null(unverified.SignedBy);
        Assert.Equal(rule is null ? HttpStatusCode.OK : HttpStatusCode.Forbidden, after.StatusCode);
        Assert.Contains(rule ?? "", await after.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, foreign.Asked(Tarball));
        Assert.Equal(kept, await app.ReadAsync(db => db.UpstreamTarballs.CountAsync()));
        Assert.Equal(signedBy, await app.ReadAsync(db => db.UpstreamTarballs.Select(row => row.SignedBy).SingleOrDefaultAsync()));
    }

    [Fact]
    public async Task What_was_verified_once_is_served_although_its_document_loses_the_signature()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        (await app.GetAsync(Tarball, alice)).Dispose();
        var signedBy = await app.ReadAsync(db => db.UpstreamTarballs.Select(row => row.SignedBy).SingleAsync());
        foreign.Add(new TestPackage("left-pad", "1.0.0"), isSigned: false);
        app.Clock.Advance(TimeSpan.FromMinutes(6));

        using var answer = await app.GetAsync(Tarball, alice);

        Assert.Equal(ForeignRegistry.KeyId, signedBy);
        await answer.ShouldBeReadAsync();
    }

    [Theory]
    [InlineData(-1, HttpStatusCode.OK)]
    [InlineData(1, HttpStatusCode.Forbidden)]
    public async Task A_key_that_has_ended_still_proves_what_is_older_than_its_end(int days, HttpStatusCode status)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.KeyExpiresAt = new DateTimeOffset(2025, 1, 29, 0, 0, 0, TimeSpan.Zero);
        foreign.Add(new TestPackage("left-pad", "1.0.0"), foreign.KeyExpiresAt.Value.AddDays(days));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.GetAsync(Tarball, alice);

        Assert.Equal(status, answer.StatusCode);
    }

    [Theory]
    [InlineData(500, 31, 2)]
    [InlineData(500, 29, 1)]
    [InlineData(429, 31, 2)]
    [InlineData(404, 3599, 1)]
    [InlineData(404, 3601, 2)]
    [InlineData(405, 3599, 1)]
    [InlineData(200, 3599, 1)]
    [InlineData(200, 3601, 2)]
    public async Task Keys_that_could_not_be_had_are_asked_for_soon_again_and_an_answer_holds_for_an_hour(int status, int seconds, int questions)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        // With a failure three times in a row: that is one question.
        foreign.KeysInstead = status == 200 ? context => context.Response.WriteAsync("""{"keys":[]}""") : Answering(status);
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        foreign.Add(new TestPackage("right-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");
        var asked = foreign.Asked(Keys);
        app.Clock.Advance(TimeSpan.FromSeconds(seconds));

        await app.PackumentAsync(alice, "right-pad");
        await Eventually.HoldsAsync(() => foreign.Asked(Keys) >= asked * questions);
        // A question too many would come behind the answer.
        await Task.Delay(300, TestContext.Current.CancellationToken);

        Assert.Equal(asked * questions, foreign.Asked(Keys));
    }

    [Fact]
    public async Task All_who_want_the_keys_at_once_share_one_question()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        var gate = new TaskCompletionSource();
        foreign.KeysInstead = async context =>
        {
            await gate.Task;
            context.Response.StatusCode = 404;
        };
        var names = Enumerable.Range(0, 20).Select(number => $"pad-{number}").ToList();
        names.ForEach(name => foreign.Add(new TestPackage(name, "1.0.0")));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        var asking = names.Select(name => app.PackumentAsync(alice, name)).ToList();
        await Eventually.HoldsAsync(() => names.TrueForAll(name => foreign.Asked($"/{name}") == 1) && foreign.Asked(Keys) == 1);
        gate.SetResult();
        await Task.WhenAll(asking);

        Assert.Equal(1, foreign.Asked(Keys));
    }

    [Fact]
    public async Task Nobody_waits_for_another_try_after_a_failure()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.KeysInstead = Answering(500);
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        foreign.Add(new TestPackage("right-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");
        var gate = new TaskCompletionSource();
        foreign.KeysInstead = _ => gate.Task;
        var asked = foreign.Asked(Keys);
        app.Clock.Advance(TimeSpan.FromSeconds(31));

        await app.PackumentAsync(alice, "right-pad").WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => foreign.Asked(Keys) > asked);

        gate.SetResult();
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_is_not_asked_for_its_keys_either()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.KeysInstead = Answering(500);
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");
        var asked = foreign.Asked(Keys);
        foreign.Instead = Answering(500);
        app.Clock.Advance(TimeSpan.FromMinutes(6));

        await app.PackumentAsync(alice, "left-pad");

        Assert.Equal(asked, foreign.Asked(Keys));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("""UPDATE "UpstreamKeys" SET "Key" = 'AAAA'""", "its registry's signature by the key SHA256:foreign-key does not verify")]
    [InlineData("""UPDATE "UpstreamTarballs" SET "Sha512" = zeroblob(64)""", "its document promises other bytes")]
    [InlineData("""UPDATE "UpstreamPackages" SET "Registry" = 'elsewhere'""", null)]
    public async Task Verify_names_a_kept_version_whose_signature_is_not_valid(string sql, string? fault)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        await KeptAsync(app);
        await ChangeAsync(app, sql);

        var found = await VerifyAsync(app);

        Assert.Equal(fault is not null, found.Contains($"FAULT left-pad@1.0.0 of npm {foreign.Url}: {fault}"));
        Assert.Equal(fault is null, found.Count == 1);
    }

    [Fact]
    public async Task Verify_names_a_version_that_was_verified_once_and_whose_document_has_no_signature_now()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await KeptAsync(app);
        foreign.Add(new TestPackage("left-pad", "1.0.0"), isSigned: false);
        app.Clock.Advance(TimeSpan.FromMinutes(6));
        await app.PackumentAsync(alice, "left-pad");

        var found = await VerifyAsync(app);

        Assert.Contains($"FAULT left-pad@1.0.0 of npm {foreign.Url}: its registry's signature by the key {ForeignRegistry.KeyId} was verified once, and is not in its document", found);
    }

    [Fact]
    public async Task Verify_says_nothing_of_what_no_known_key_signed()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.KeysInstead = Answering(404);
        foreign.Add(new TestPackage("left-pad", "1.0.0"), change: version => version["dist"]!["signatures"] = new JsonArray(foreign.Signature("something else")));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        await KeptAsync(app);

        Assert.Single(await VerifyAsync(app));
    }

    // The keys come behind the answer: another package's document is what makes it ask.
    private static async Task LearnKeysAsync(RegistryApp app, ForeignRegistry foreign, string token)
    {
        foreign.KeysInstead = null;
        foreign.Add(new TestPackage("right-pad", "1.0.0"));
        app.Clock.Advance(TimeSpan.FromSeconds(31));
        await app.PackumentAsync(token, "right-pad");
        await Eventually.HoldsAsync(() => app.ReadAsync(db => db.UpstreamKeys.AnyAsync()));
        // The change is told after the commit.
        await Eventually.HoldsAsync(async () => (await app.PackumentAsync(token, "right-pad"))["versions"]!["1.0.0"]!["dist"]!["signatures"] is not null);
    }

    private static async Task<string> KeptAsync(RegistryApp app)
    {
        var alice = await app.SignedInAsync("alice");
        using var answer = await app.GetAsync(Tarball, alice);
        await answer.ShouldBeReadAsync();
        return alice;
    }

    private static async Task ChangeAsync(RegistryApp app, string sql)
    {
        if (sql.Length > 0)
        {
            await using var db = app.Services.GetRequiredService<RegistryDbSource>().OpenForWriting();
            Assert.True(await db.Database.ExecuteSqlRawAsync(sql) > 0);
            // Behind the registry's back: what is remembered is forgotten as after a start.
            await app.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) => { commit.Changed(IChangeFeed.Everything); return Task.FromResult(true); }, CancellationToken.None);
        }
    }

    private static async Task<IReadOnlyList<string>> VerifyAsync(RegistryApp app) =>
        (await app.Services.GetRequiredService<VerifyRegistry>().RunAsync(new Progress<Progress>(), CancellationToken.None)).Lines;

    private static RequestDelegate Answering(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };
}
