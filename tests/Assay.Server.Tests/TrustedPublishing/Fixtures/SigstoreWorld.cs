using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Provenance.Sigstore.Roots;
using Assay.Server.Attestations;
using Assay.Server.Tests.Fixtures;
using Assay.SigstoreSimulator;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.TrustedPublishing.Fixtures;

/// <summary>A trusting registry that believes a Sigstore of this process. All live by one clock.</summary>
internal sealed class SigstoreWorld : IAsyncDisposable
{
    private int runs;

    private SigstoreWorld(TrustWorld trust, SimulatedSigstore sigstore)
    {
        Trust = trust;
        Sigstore = sigstore;
    }

    public TrustWorld Trust { get; }

    public SimulatedSigstore Sigstore { get; }

    /// <summary>One with policies for the simulator's usual runs at GitHub and GitLab.</summary>
    public static async Task<SigstoreWorld> StartAsync(params string[] configuration)
    {
        SimulatedSigstore? sigstore = null;
        var trust = await TrustWorld.StartAsync(configuration, replace: services =>
        {
            var clock = (TimeProvider)services.Last(service => service.ServiceType == typeof(TimeProvider)).ImplementationInstance!;
            sigstore = new SimulatedSigstore(clock);
            Assert.True(TrustedRoot.TryParse(sigstore.TrustedRoot, out var root));
            services.AddSingleton(new ClientTrust(root));
        });
        await trust.TrustGithubAsync();
        return new SigstoreWorld(trust, sigstore!);
    }

    /// <summary>The claims that tell one run from another, for all tokens of that run.</summary>
    public JsonObject NewRun() => new() { ["run_id"] = $"{5_000_000 + Interlocked.Increment(ref runs)}" };

    public static TestPackage Package(string version, string? repository = "git+https://github.com/octo-org/octo-repo.git", string name = TrustWorld.Package)
    {
        var manifest = new JsonObject { ["main"] = "index.js" };
        if (repository is not null)
        {
            manifest["repository"] = new JsonObject { ["type"] = "git", ["url"] = repository };
        }
        return new TestPackage(name, version) { Manifest = manifest };
    }

    /// <summary>What npm would have Sigstore sign for this package in this run.</summary>
    public BundleDraft Draft(TestPackage package, JsonObject run) => new()
    {
        Claims = IdentityToken.Payload(Trust.Ci.MintGithub(run, audience: "sigstore")),
        Subject = $"pkg:npm/{package.Name.Replace("@", "%40", StringComparison.Ordinal)}@{package.Version}",
        Sha512 = Convert.ToHexStringLower(SHA512.HashData(package.Tarball())),
    };

    public Task<string> TokenAsync(JsonObject run) => Trust.ExchangedAsync(Trust.Github(run), TrustWorld.Package);

    public Task<HttpResponseMessage> PublishAsync(string token, TestPackage package, string bundle)
    {
        var document = package.Document();
        document["_attachments"]![$"{package.Name}-{package.Version}.sigstore"] = new JsonObject
        {
            ["content_type"] = "application/vnd.dev.sigstore.bundle.v0.3+json",
            ["data"] = bundle,
            ["length"] = bundle.Length,
        };
        return Trust.App.PutAsync("/" + package.EscapedName, token, document);
    }

    public Task<HttpResponseMessage> PublishAsync(string token, TestPackage package, BundleDraft draft) =>
        PublishAsync(token, package, Sigstore.Sign(draft).ToJsonString());

    /// <summary>Refused in the public registry's words, with nothing stored and the token as good as before.</summary>
    public async Task<string> ShouldLeaveNothingAsync(Func<Task<HttpResponseMessage>> publish, string code)
    {
        var (facts, files, live) = (await Trust.App.FactsAsync(), Trust.App.StoredFiles(), (await Trust.LiveTokensAsync()).Count);
        using var answer = await publish();
        var text = await answer.ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, code);
        Assert.StartsWith("Error verifying sigstore provenance bundle: ", text);
        Assert.EndsWith($"[{code}]", answer.Notice());
        Assert.Equal(facts, await Trust.App.FactsAsync());
        Assert.Equal(files, Trust.App.StoredFiles());
        Assert.Equal(live, (await Trust.LiveTokensAsync()).Count);
        return text;
    }

    public ValueTask DisposeAsync() => Trust.DisposeAsync();
}

/// <summary>One for a class whose tests change nothing that another of them sees.</summary>
public sealed class SharedSigstoreWorld : IAsyncLifetime
{
    internal SigstoreWorld World { get; private set; } = null!;

    public async ValueTask InitializeAsync() => World = await SigstoreWorld.StartAsync();

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
