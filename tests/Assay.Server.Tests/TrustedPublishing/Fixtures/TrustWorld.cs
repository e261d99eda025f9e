using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Assay.Server.TrustedPublishing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.TrustedPublishing.Fixtures;

/// <summary>A registry whose operator trusts the three issuers of a CI simulator. Both live by one clock.</summary>
internal sealed class TrustWorld : IAsyncDisposable
{
    public const string Package = "@acme/hello";

    private readonly bool ownsCi;

    private TrustWorld(RegistryApp app, CiSimulatorHost ci, string administrator, bool ownsCi = true)
    {
        this.ownsCi = ownsCi;
        App = app;
        Ci = ci;
        Administrator = administrator;
    }

    public RegistryApp App { get; }

    public CiSimulatorHost Ci { get; }

    /// <summary>An administrator's access token.</summary>
    public string Administrator { get; }

    public static async Task<TrustWorld> StartAsync(
        string[]? configuration = null, string[]? names = null, Action<IServiceCollection>? replace = null)
    {
        var world = await WithoutIssuersAsync(configuration, replace);
        await (await world.AddIssuerAsync("github", world.Ci.Github, names)).ShouldBeAsync(HttpStatusCode.OK);
        await (await world.AddIssuerAsync("gitlab", world.Ci.Gitlab, names)).ShouldBeAsync(HttpStatusCode.OK);
        await (await world.AddIssuerAsync("circleci", world.Ci.Circleci, names)).ShouldBeAsync(HttpStatusCode.OK);
        return world;
    }

    public static async Task<TrustWorld> WithoutIssuersAsync(
        string[]? configuration = null, Action<IServiceCollection>? replace = null, string? dataDirectory = null)
    {
        var app = await RegistryApp.StartAsync(configuration, dataDirectory, replace);
        var ci = await CiSimulatorHost.StartAsync(new CiSimulatorOptions { Clock = app.Clock });
        return new TrustWorld(app, ci, await app.SignedInAsync("root", isAdministrator: true));
    }

    /// <summary>A further start on the data of an earlier one; its administrator is another person.</summary>
    public static async Task<TrustWorld> AgainAsync(string dataDirectory, Action<IServiceCollection>? replace = null)
    {
        var app = await RegistryApp.StartAsync(dataDirectory: dataDirectory, replace: replace);
        var ci = await CiSimulatorHost.StartAsync(new CiSimulatorOptions { Clock = app.Clock });
        return new TrustWorld(app, ci, await app.SignedInAsync("toor", isAdministrator: true));
    }

    /// <summary>One with a policy for the simulator's usual GitHub run.</summary>
    public static async Task<TrustWorld> WithPolicyAsync(string? environment = null, params string[] configuration)
    {
        var world = await StartAsync(configuration);
        await world.TrustGithubAsync(environment: environment);
        return world;
    }

    /// <summary>One whose policy has learned its ids, by a first publish of 1.0.0.</summary>
    public static async Task<TrustWorld> WithPinnedPolicyAsync(string? environment = null, params string[] configuration)
    {
        var world = await WithPolicyAsync(environment, configuration);
        await world.PublishFromGithubAsync("1.0.0", environment is null ? [] : new JsonObject { ["environment"] = environment });
        return world;
    }

    /// <summary>Another node on this one's shared database.</summary>
    public async Task<TrustWorld> JoinAsync(string[] configuration) =>
        new(await App.JoinAsync(configuration), Ci, Administrator, ownsCi: false);

    /// <summary>As <c>admin issuer add</c> asks over the operator's socket.</summary>
    public Task<HttpResponseMessage> AddIssuerAsync(string provider, Uri issuer, string[]? names = null, Action<JsonObject>? with = null)
    {
        var body = new JsonObject
        {
            ["id"] = provider,
            ["provider"] = provider,
            ["issuer"] = issuer.OriginalString,
            ["names"] = new JsonArray([.. (names ?? ["*"]).Select(name => JsonValue.Create(name))]),
            ["insecureHttp"] = true,
        };
        with?.Invoke(body);
        return AdminAsync("/issuer/add", body);
    }

    public Task<HttpResponseMessage> AdminAsync(string path, JsonObject body) => App.OperatorAsync(path, body);

    public Task<HttpResponseMessage> TrustAsync(string package, JsonObject configuration, string? token = null) =>
        App.PostAsync($"/-/package/{Escape(package)}/trust", token ?? Administrator, new JsonArray(configuration.DeepClone()));

    public async Task<string> TrustGithubAsync(string package = Package, string repository = "octo-org/octo-repo", string? environment = null)
    {
        var answer = await TrustAsync(package, TrustRequest.Github(repository, environment));
        await answer.ShouldBeCreatedAsync();
        return (string)(await answer.ArrayAsync())[0]!["id"]!;
    }

    public Task<HttpResponseMessage> RevokeTrustAsync(string package, string id) =>
        App.DeleteAsync($"/-/package/{Escape(package)}/trust/{id}", Administrator);

    /// <summary>A token of the simulator's usual GitHub run, with some claims changed.</summary>
    public string Github(JsonObject? changes = null, Forgery forgery = Forgery.None) => Ci.MintGithub(changes, forgery: forgery);

    public Task<HttpResponseMessage> ExchangeAsync(string? identityToken, string package = Package, Action<HttpRequestHeaders>? headers = null) =>
        App.SendAsync(HttpMethod.Post, ExchangePath(package), identityToken, headers: headers);

    public async Task<string> ExchangedAsync(string identityToken, string package = Package)
    {
        using var answer = await ExchangeAsync(identityToken, package);
        return (string)(await answer.ShouldBeAsync(HttpStatusCode.Created))["token"]!;
    }

    public Task<HttpResponseMessage> PublishAsync(string? publishToken, string version, string package = Package) =>
        new TestPackage(package, version).PublishAsync(App, publishToken);

    public async Task PublishFromGithubAsync(string version, JsonObject? changes = null, string package = Package)
    {
        using var answer = await PublishAsync(await ExchangedAsync(Github(changes), package), version, package);
        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    public async Task<IReadOnlyList<string>> VersionsAsync(string package = Package) => await App.ReadAsync(db => db.Versions
        .Where(row => db.Packages.Any(found => found.Id == row.PackageId && found.Name == package))
        .OrderBy(row => row.Id).Select(row => row.Version).ToListAsync());

    public async Task<IReadOnlyDictionary<string, string>> PinsAsync(string package = Package)
    {
        var rules = await App.ReadAsync(db => db.TrustPolicies
            .Where(row => row.Target == package).Select(row => row.Rules).SingleAsync());
        return JsonNode.Parse(rules)!["pins"]!.AsObject().ToDictionary(pin => pin.Key, pin => (string)pin.Value!);
    }

    /// <summary>What an owner sees of the package's exchanges, newest first.</summary>
    public async Task<JsonArray> AttemptsAsync(string package = Package)
    {
        await SettledAsync();
        using var answer = await App.GetAsync($"/-/assay/v1/package/{Escape(package)}/attempts", Administrator);
        return (await answer.ShouldBeAsync(HttpStatusCode.OK))["attempts"]!.AsArray();
    }

    /// <summary>Refusals do not wait for their record; the queue keeps the order, so what was asked before is written after this.</summary>
    public Task SettledAsync() =>
        App.Services.GetRequiredService<CommitQueue>().RunAsync((_, _) => Task.FromResult(true), CancellationToken.None);

    public Task DisableIssuerAsync(string id) => App.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, stop) =>
    {
        var row = await commit.Db.IssuerBindings.AsTracking().SingleAsync(binding => binding.Id == id, stop);
        row.EnabledIssuer = null;
        commit.Changed(TrustStore.IssuersChanged);
        return row;
    }, CancellationToken.None);

    public Task EditPolicyAsync(Action<TrustPolicyRow> edit) => App.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, stop) =>
    {
        var row = await commit.Db.TrustPolicies.AsTracking().SingleAsync(stop);
        edit(row);
        commit.Changed(TrustStore.PoliciesChanged(Package));
        return row;
    }, CancellationToken.None);

    public static byte[] ReadWhileOpen(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    public Task<List<PublishTokenRow>> LiveTokensAsync() =>
        App.ReadAsync(db => db.PublishTokens.Where(row => row.RevokedAt == null && row.UsedAt == null).ToListAsync());

    public static string Escape(string package) => package.Replace("/", "%2f", StringComparison.Ordinal);

    public static string ExchangePath(string package) => $"/-/npm/v1/oidc/token/exchange/package/{Escape(package)}";

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        if (ownsCi)
        {
            await Ci.DisposeAsync();
        }
    }
}
