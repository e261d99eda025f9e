using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Assay.Server.Tests.Attestations;

/// <summary>Every version that is served carries the registry's signature, and clients get the keys.</summary>
public sealed class SignatureTests
{
    [Fact]
    public async Task A_version_is_signed_in_every_document_that_shows_it()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));

        var full = await app.PackumentAsync(alice, "@acme%2fx");
        var abbreviated = await JsonAsync(await app.GetAsync("/@acme%2fx", alice, headers => headers.Add("Accept", "application/vnd.npm.install-v1+json")));
        var alone = await JsonAsync(await app.GetAsync("/@acme%2fx/1.0.0", alice));

        var signer = await app.VerifiedAsync(full["versions"]!["1.0.0"]!);
        Assert.Equal(signer, await app.VerifiedAsync(abbreviated["versions"]!["1.0.0"]!));
        Assert.Equal(signer, await app.VerifiedAsync(alone));
    }

    [Fact]
    public async Task Keys_are_shown_to_everybody_and_hold_nothing_private()
    {
        await using var app = await RegistryApp.StartAsync();

        var key = Assert.Single(await app.KeysAsync())!.AsObject();

        Assert.Equal(["expires", "key", "keyid", "keytype", "scheme"], key.Select(member => member.Key).Order());
        Assert.Null(key["expires"]);
        Assert.Equal(("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"), ((string?)key["keytype"], (string?)key["scheme"]));
    }

    [Fact]
    public async Task What_was_published_before_the_registry_signed_is_signed_after_the_start()
    {
        using var folder = new TemporaryFolder();
        await UnsignedAsync(folder.Path);

        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);
        var alice = await app.SignedInAsync("bob");
        await Eventually.HoldsAsync(async () => (await app.GetAsync("/-/npm/v1/keys")).StatusCode is HttpStatusCode.OK);

        foreach (var version in (await app.PackumentAsync(alice, "x"))["versions"]!.AsObject())
        {
            await app.VerifiedAsync(version.Value!);
        }
    }

    [Fact]
    public async Task No_keys_are_shown_while_a_version_is_unsigned()
    {
        using var folder = new TemporaryFolder();
        await UnsignedAsync(folder.Path);
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path, replace: WithoutSigningOlder);

        using var before = await app.GetAsync("/-/npm/v1/keys");
        var signed = await app.Services.GetRequiredService<SignVersions>().SignOlderAsync(CancellationToken.None);

        await before.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "keys-not-yet");
        Assert.Equal(2, signed);
        Assert.Single(await app.KeysAsync());
    }

    [Fact]
    public async Task A_signature_that_somebody_removed_is_not_made_anew()
    {
        using var folder = new TemporaryFolder();
        await PublishedAsync(folder.Path, WithoutSignatures);

        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);
        var signed = await app.Services.GetRequiredService<SignVersions>().SignOlderAsync(CancellationToken.None);

        Assert.Equal(0, signed);
        Assert.Single(await app.KeysAsync());
        Assert.Null((await app.PackumentAsync(await app.SignedInAsync("bob"), "x"))["versions"]!["1.0.0"]!["dist"]!["signatures"]);
    }

    /// <summary>As it was before the registry signed.</summary>
    private static Task UnsignedAsync(string folder) => PublishedAsync(folder, set =>
    {
        WithoutSignatures(set);
        set.SetProperty(row => row.PublishedAt, row => DateTimeOffset.UnixEpoch);
    });

    private static void WithoutSignatures(UpdateSettersBuilder<VersionRow> set) =>
        set.SetProperty(row => row.Signature, (byte[]?)null).SetProperty(row => row.SignatureKeyId, (string?)null);

    private static async Task PublishedAsync(string folder, Action<UpdateSettersBuilder<VersionRow>> change)
    {
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));
        await app.PublishedAsync(alice, new TestPackage("x", "1.1.0"));
        await app.Services.GetRequiredService<CommitQueue>().RunAsync((commit, stop) => commit.Db.Versions.ExecuteUpdateAsync(change, stop), CancellationToken.None);
    }

    private static void WithoutSigningOlder(IServiceCollection services)
    {
        foreach (var service in services.Where(each => each.ServiceType == typeof(IHostedService) && each.ImplementationType == typeof(CatchUp)).ToList())
        {
            services.Remove(service);
        }
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer) => await answer.ShouldBeAsync(HttpStatusCode.OK);
}
