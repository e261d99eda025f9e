using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Assay.CiSimulator.Endpoints;
using Assay.CiSimulator.Providers;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Assay.CiSimulator;

/// <summary>
/// An OIDC issuer on loopback that behaves like GitHub Actions, GitLab and CircleCI. Claims are given as merge patches on a job's usual ones:
/// what follows from a changed claim changes with it, and <c>null</c> removes a claim. Beside them it is any number of issuers of any claims.
/// </summary>
public sealed class CiSimulatorHost : IAsyncDisposable
{
    /// <summary>The audience npm asks for when the registry is on localhost.</summary>
    public const string LocalAudience = "npm:localhost";

    private readonly WebApplication app;
    private readonly KeyRequests keyRequests;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<string, AnyIssuer> any = new();

    private CiSimulatorHost(WebApplication app, Uri url, CiSimulatorOptions options)
    {
        this.app = app;
        Url = url;
        clock = options.Clock;
        keyRequests = app.Services.GetRequiredService<KeyRequests>();
        GithubActions = new Github(new Uri(url, "/github"), options.Scenario.Github, options.Clock);
        GitlabCi = new Gitlab(
            new Uri(url, "/gitlab"), options.GitlabConfigHost ?? $"{url.Authority}/gitlab", options.Scenario.Gitlab, options.Clock);
        CircleciCloud = new Circleci(new Uri(url, "/circleci"), options.Scenario.Circleci, options.Clock);
    }

    public Uri Url { get; }

    public Uri Github => GithubActions.Issuer.Url;

    public Uri Gitlab => GitlabCi.Issuer.Url;

    /// <summary>The issuer of the usual organisation.</summary>
    public Uri Circleci => CircleciCloud.IssuerOf(CircleciClaims.Organisation);

    /// <summary>What <c>ci_config_ref_uri</c> begins with; a binding needs it as its constant <c>config_host</c>.</summary>
    public string GitlabConfigHost => GitlabCi.ConfigHost;

    /// <summary>How often keys were asked for: shows caching and cool-down.</summary>
    public int KeyRequests => keyRequests.Count;

    internal Github GithubActions { get; }

    internal Gitlab GitlabCi { get; }

    internal Circleci CircleciCloud { get; }

    /// <summary>The job whose tokens are had at the Unix socket.</summary>
    internal AnyJob? FlyMachine { get; private set; }

    public static async Task<CiSimulatorHost> StartAsync(CiSimulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CiSimulatorOptions();
        var app = Build(options);
        CiSimulatorHost? host = null;
        // The port is known only after the start, and the issuer URLs contain it.
        CiSimulatorEndpoints.Map(app, () => host!);
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .First(listening => !listening.StartsWith("http://unix:", StringComparison.Ordinal));
        host = new CiSimulatorHost(app, new Uri(address), options);

        return host;
    }

    /// <summary>A token of a GitHub run of its own; audience <c>null</c> gives GitHub's default one.</summary>
    public string MintGithub(JsonObject? claims = null, string? audience = LocalAudience, Forgery forgery = Forgery.None) =>
        GithubActions.Mint(claims ?? [], audience, forgery);

    public string MintGitlab(JsonObject? claims = null, string audience = LocalAudience, Forgery forgery = Forgery.None) =>
        GitlabCi.Mint(claims ?? [], audience, forgery);

    public string MintCircleci(JsonObject? claims = null, string audience = LocalAudience, Forgery forgery = Forgery.None) =>
        CircleciCloud.Mint(claims ?? [], audience, forgery);

    /// <summary>Starts a run; answers its job's environment variables, with which a stock client asks for its tokens itself.</summary>
    public IReadOnlyDictionary<string, string> StartGithub(JsonObject? claims = null, Forgery forgery = Forgery.None) =>
        GithubActions.Start(claims ?? [], forgery);

    /// <summary>Starts a job; answers its environment variables, the one token of the job among them.</summary>
    public IReadOnlyDictionary<string, string> StartGitlab(
        JsonObject? claims = null, string audience = LocalAudience, Forgery forgery = Forgery.None) =>
        GitlabCi.Start(claims ?? [], audience, forgery);

    /// <inheritdoc cref="StartGitlab"/>
    public IReadOnlyDictionary<string, string> StartCircleci(
        JsonObject? claims = null, string audience = LocalAudience, Forgery forgery = Forgery.None) =>
        CircleciCloud.Start(claims ?? [], audience, forgery);

    /// <summary>The issuer with this name; there is one for every name.</summary>
    public Uri IssuerOf(string name) => Any(name).Url;

    /// <summary>The keys of that issuer, as an operator would upload them.</summary>
    public string KeysOf(string name) => Any(name).ToJwks().ToJsonString();

    /// <summary>
    /// Signs these claims. Issuer, times and id are added unless they are given or removed (<c>null</c>); an audience that is an array stands
    /// among the claims.
    /// </summary>
    public string MintFor(string name, JsonObject claims, string? audience = LocalAudience, string algorithm = "RS256") =>
        Any(name).Mint(claims, audience, algorithm);

    /// <summary>Starts a job of the CI system with this name; answers what it finds in its environment.</summary>
    public IReadOnlyDictionary<string, string> StartAny(string name, JsonObject claims, string? audience = LocalAudience)
    {
        var job = Any(name).Start(claims, audience);
        FlyMachine = name == "flyio" ? job : FlyMachine;

        return AnyJobs.Environment(name, Any(name), job);
    }

    /// <summary>All issuers sign with a new key from now on; the older ones stay published unless they are to be forgotten.</summary>
    public void RotateKeys(bool keepOlder = true)
    {
        foreach (var issuer in new[] { GithubActions.Issuer, GitlabCi.Issuer, CircleciCloud.Issuer })
        {
            issuer.Keys.Rotate(keepOlder);
        }

        foreach (var issuer in any.Values)
        {
            issuer.Rotate(keepOlder);
        }
    }

    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) => app.WaitForShutdownAsync(cancellationToken);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    internal AnyIssuer Any(string name) => any.GetOrAdd(
        name, _ => new AnyIssuer(new Uri(Url, $"/any/{Uri.EscapeDataString(name)}"), name, clock));

    // An empty builder: no settings file, variable or logger of the surroundings has a say in what a test sees.
    private static WebApplication Build(CiSimulatorOptions options)
    {
        var url = options.Url;
        var address = IPAddress.TryParse(url.Host, out var parsed) ? parsed : IPAddress.Loopback;

        if (!IPAddress.IsLoopback(address))
        {
            throw new ArgumentException("The simulator signs whatever it is asked to sign, so it listens on a loopback address only.", nameof(options));
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address, url.Port);

            if (options.UnixSocket is { } socket)
            {
                kestrel.ListenUnixSocket(socket);
            }
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<KeyRequests>();

        return builder.Build();
    }
}
