using System.Net;
using Assay.Provenance.Sigstore.Keys;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Signing;
using Assay.Server.Tests.Attestations;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Net.Pkcs11Interop.Common;

namespace Assay.Server.Tests.Signing.Tokens;

/// <summary>Keys on a PKCS#11 token: made there, never seen outside, and missed with a reason when the token is away.</summary>
public sealed class TokenKeyTests
{
    [Fact]
    public async Task The_token_signs_versions_and_no_private_key_is_in_a_file()
    {
        using var token = await TestToken.InitializeAsync();
        await using var app = await RegistryApp.StartAsync(token.Configuration);
        var alice = await app.SignedInAsync("alice");

        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));

        await app.VerifiedAsync((await app.PackumentAsync(alice, "x"))["versions"]!["1.0.0"]!);
        Assert.All(await HandlesAsync(app), handle => Assert.StartsWith("pkcs11:assay-", handle, StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(app.DataDirectory, "keys")));
    }

    [Fact]
    public async Task What_the_token_signs_verifies_for_each_purpose()
    {
        using var token = await TestToken.InitializeAsync();
        await using var app = await RegistryApp.StartAsync(token.Configuration);

        foreach (var purpose in KeyPurpose.All)
        {
            var key = (await app.Services.GetRequiredService<SigningKeys>().FindAsync(purpose, CancellationToken.None))!;
            Assert.True(VerificationKey.TryCreate(key.PublicKey.Span, out var verification));
            // Many: one signature in 256 has a number that DER writes shorter.
            for (var number = 0; number < 600; number++)
            {
                byte[] message = [.. BitConverter.GetBytes(number)];
                Assert.True(verification.Verifies(message, key.Sign(message)));
            }
        }
    }

    [Fact]
    public async Task No_private_half_can_be_taken_out_of_the_token()
    {
        using var token = await TestToken.InitializeAsync();
        await using var app = await RegistryApp.StartAsync(token.Configuration);

        TestToken.Use((factories, session) =>
        {
            var keys = session.FindAllObjects([factories.ObjectAttributeFactory.Create(CKA.CKA_CLASS, CKO.CKO_PRIVATE_KEY)]);
            Assert.Equal(KeyPurpose.All.Count, keys.Count);
            foreach (var key in keys)
            {
                var asked = session.GetAttributeValue(
                    key, [CKA.CKA_TOKEN, CKA.CKA_PRIVATE, CKA.CKA_SENSITIVE, CKA.CKA_ALWAYS_SENSITIVE, CKA.CKA_EXTRACTABLE, CKA.CKA_NEVER_EXTRACTABLE, CKA.CKA_VALUE]);
                Assert.Equal([true, true, true, true, false, true], asked[..^1].Select(attribute => attribute.GetValueAsBool()));
                Assert.True(asked[^1].CannotBeRead);
            }
        });
    }

    [Fact]
    public async Task The_keys_stay_over_a_restart()
    {
        using var folder = new TemporaryFolder();
        using var token = await TestToken.InitializeAsync();
        string first;
        await using (var before = await RegistryApp.StartAsync(token.Configuration, folder.Path))
        {
            first = (await before.KeysAsync()).ToJsonString();
        }

        await using var after = await RegistryApp.StartAsync(token.Configuration, folder.Path);
        var alice = await after.SignedInAsync("alice");
        await after.PublishedAsync(alice, new TestPackage("x", "1.0.0"));

        Assert.Equal(first, (await after.KeysAsync()).ToJsonString());
        await after.VerifiedAsync((await after.PackumentAsync(alice, "x"))["versions"]!["1.0.0"]!);
    }

    [Fact]
    public async Task Keys_stay_where_they_were_made_until_they_are_rotated_and_there_is_a_way_back()
    {
        using var folder = new TemporaryFolder();
        using var token = await TestToken.InitializeAsync();
        await using (await RegistryApp.StartAsync(dataDirectory: folder.Path))
        {
        }
        await using (var app = await RegistryApp.StartAsync(token.Configuration, folder.Path))
        {
            Assert.DoesNotContain(await HandlesAsync(app), handle => handle.StartsWith("pkcs11:", StringComparison.Ordinal));
            Assert.Contains("registry still signs with a file", await KeyListAsync(app), StringComparison.Ordinal);
            await RotateAsync(app);
            Assert.DoesNotContain("registry still signs with a file", await KeyListAsync(app), StringComparison.Ordinal);
        }
        await using (var app = await RegistryApp.StartAsync(token.Named, folder.Path))
        {
            var alice = await app.SignedInAsync("alice");
            await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));
            var onToken = (string?)(await app.KeysAsync())[0]!["keyid"];
            Assert.Equal(onToken, await app.VerifiedAsync((await app.PackumentAsync(alice, "x"))["versions"]!["1.0.0"]!));
            await RotateAsync(app);
        }

        await using var without = await RegistryApp.StartAsync(dataDirectory: folder.Path);

        Assert.Equal(3, (await without.KeysAsync()).Count);
    }

    [Fact]
    public async Task A_key_on_a_token_that_is_named_no_more_stops_the_start()
    {
        using var folder = new TemporaryFolder();
        using var token = await TestToken.InitializeAsync();
        await using (await RegistryApp.StartAsync(token.Configuration, folder.Path))
        {
        }

        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(dataDirectory: folder.Path));

        Assert.Contains("Assay:Signing:Pkcs11Library", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Assay:Signing:Pkcs11Library=/nowhere/library.so", "Assay:Signing:Pkcs11Library")]
    [InlineData("--Assay:Signing:Pkcs11TokenLabel=other", "Assay:Signing:Pkcs11TokenLabel")]
    [InlineData("--Assay:Signing:Pkcs11PinFile=nowhere", "Assay:Signing:Pkcs11PinFile")]
    [InlineData("--Assay:Signing:Pkcs11PinFile=", "Assay:Signing:Pkcs11PinFile")]
    public async Task A_token_that_cannot_be_opened_stops_the_start_and_the_option_is_named(string option, string named)
    {
        using var token = await TestToken.InitializeAsync();

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => RegistryApp.StartAsync([.. token.Configuration, option]));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_pin_stops_the_start_and_is_not_repeated()
    {
        using var token = await TestToken.InitializeAsync();
        token.WritePin("wrong-pin");

        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(token.Configuration));

        Assert.Contains("Assay:Signing:Pkcs11PinFile", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-pin", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pin_that_others_may_read_stops_the_start()
    {
        using var token = await TestToken.InitializeAsync();
        token.WritePin(TestToken.Pin, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(token.Configuration));

        Assert.Contains($"chmod 600 {token.PinFile}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_session_is_opened_again_for_the_next_publish()
    {
        using var token = await TestToken.InitializeAsync();
        await using var app = await RegistryApp.StartAsync(token.Configuration);
        var alice = await app.SignedInAsync("alice");
        TestToken.Use((_, _) => { });

        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));

        await app.VerifiedAsync((await app.PackumentAsync(alice, "x"))["versions"]!["1.0.0"]!);
    }

    [Fact]
    public async Task While_the_token_is_away_nothing_is_published_and_once_it_is_back_everything_is()
    {
        using var token = await TestToken.InitializeAsync();
        await using var app = await RegistryApp.StartAsync(token.Configuration);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));
        var facts = await app.FactsAsync();
        token.TakeAway();

        using var refused = await new TestPackage("x", "1.1.0").PublishAsync(app, alice);
        var listed = await KeyListAsync(app);
        var shown = await app.KeysAsync();
        token.BringBack();
        using var tooSoon = await new TestPackage("x", "1.1.0").PublishAsync(app, alice);
        app.Clock.Advance(TimeSpan.FromSeconds(2));
        await app.PublishedAsync(alice, new TestPackage("x", "1.1.0"));

        await refused.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "cannot-sign");
        await tooSoon.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "cannot-sign");
        Assert.Equal(facts with { Versions = facts.Versions + 1 }, await app.FactsAsync());
        Assert.Contains("registry cannot sign now: The token assay test", listed, StringComparison.Ordinal);
        Assert.Single(shown);
    }

    // Tokens lock themselves after a few wrong ones: a busy registry would use them up in a second.
    [Fact]
    public async Task A_pin_that_was_refused_is_not_tried_again_until_the_file_has_another()
    {
        using var token = await TestToken.InitializeAsync();
        await using var app = await RegistryApp.StartAsync(token.Configuration);
        var alice = await app.SignedInAsync("alice");
        token.WritePin("wrong-pin");
        TestToken.Use((_, _) => { });
        using var refused = await new TestPackage("x", "1.0.0").PublishAsync(app, alice);
        TestToken.Use((_, session) => session.SetPin(TestToken.Pin, "wrong-pin"));
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        using var notTried = await new TestPackage("x", "1.0.0").PublishAsync(app, alice);
        TestToken.Use((_, session) => session.SetPin("wrong-pin", TestToken.Pin), "wrong-pin");
        token.WritePin(TestToken.Pin);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));

        await refused.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "cannot-sign");
        await notTried.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "cannot-sign");
    }

    [Fact]
    public async Task A_token_without_ed25519_leaves_that_key_in_a_file_and_the_operator_is_told()
    {
        using var token = await TestToken.InitializeAsync("CKM_EC_KEY_PAIR_GEN,CKM_ECDSA");
        await using var app = await RegistryApp.StartAsync(token.Configuration);

        var handle = Assert.Single(await HandlesAsync(app), handle => !handle.StartsWith("pkcs11:", StringComparison.Ordinal));

        Assert.StartsWith("log-ed25519-", handle, StringComparison.Ordinal);
        Assert.Contains("log-ed25519 signs with a file: the token does not make Ed25519 keys.", await KeyListAsync(app), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_without_the_keys_stops_the_start()
    {
        using var folder = new TemporaryFolder();
        using (var token = await TestToken.InitializeAsync())
        {
            await using var app = await RegistryApp.StartAsync(token.Configuration, folder.Path);
        }
        using var other = await TestToken.InitializeAsync();

        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(other.Configuration, folder.Path));

        Assert.Contains("Give this node the token that it was made on", refused.Message, StringComparison.Ordinal);
    }

    private static Task<string> RotateAsync(RegistryApp app) =>
        app.Services.GetRequiredService<RotateKey>().RunAsync(KeyPurpose.Registry, new Actor("test", ""), CancellationToken.None);

    private static Task<List<string>> HandlesAsync(RegistryApp app) => app.ReadAsync(db => db.SigningKeys.Select(row => row.Handle).ToListAsync());

    private static async Task<string> KeyListAsync(RegistryApp app) =>
        (await ServerProgram.RunAsync(["admin", "key", "list", "--data", app.DataDirectory])).Output;
}
