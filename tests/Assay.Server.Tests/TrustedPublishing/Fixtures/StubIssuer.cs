using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.TrustedPublishing.Fixtures;

/// <summary>An issuer on loopback that can lie, stall, break down and sign anything. Left alone it is an honest one with one key.</summary>
internal sealed class StubIssuer : IAsyncDisposable
{
    public const string KeyId = "stub-key";

    /// <summary>Ports given to an earlier stub: the kernel may give one again, and the shared registry would know the issuer already.</summary>
    private static readonly ConcurrentDictionary<int, bool> UsedPorts = new();

    private readonly RSA key = RSA.Create(2048);
    private readonly ConcurrentQueue<string> requests = new();
    private WebApplication app = null!;

    private StubIssuer()
    {
    }

    public Uri Url { get; private set; } = null!;

    public IReadOnlyCollection<string> Requests => requests;

    public int DiscoveryRequests => requests.Count(path => path == "/.well-known/openid-configuration");

    public RequestDelegate Discovery { get; set; } = null!;

    public RequestDelegate Keys { get; set; } = null!;

    /// <summary>Answers at other paths.</summary>
    public Dictionary<string, RequestDelegate> Elsewhere { get; } = [];

    /// <summary>The header lines of the last request.</summary>
    public IHeaderDictionary LastHeaders { get; private set; } = new HeaderDictionary();

    public JsonObject DiscoveryDocument => new() { ["issuer"] = Url.OriginalString, ["jwks_uri"] = Url.OriginalString + "/keys" };

    public JsonObject KeySet
    {
        get
        {
            var parameters = key.ExportParameters(includePrivateParameters: false);
            return new JsonObject
            {
                ["keys"] = new JsonArray(new JsonObject
                {
                    ["kty"] = "RSA",
                    ["use"] = "sig",
                    ["kid"] = KeyId,
                    ["n"] = Base64Url.EncodeToString(parameters.Modulus),
                    ["e"] = Base64Url.EncodeToString(parameters.Exponent),
                }),
            };
        }
    }

    public static RequestDelegate Answering(string document) => context => context.Response.WriteAsync(document);

    /// <summary>With a certificate it speaks https; a port of its own unless one is named.</summary>
    public static async Task<StubIssuer> StartAsync(X509Certificate2? certificate = null, IPEndPoint? at = null)
    {
        var stub = await ListenAsync(certificate, at);
        while (!UsedPorts.TryAdd(stub.Url.Port, true) && at is null)
        {
            await stub.DisposeAsync();
            stub = await ListenAsync(certificate, at);
        }
        return stub;
    }

    private static async Task<StubIssuer> ListenAsync(X509Certificate2? certificate, IPEndPoint? at)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(at ?? new IPEndPoint(IPAddress.Loopback, 0), listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var stub = new StubIssuer { app = builder.Build() };
        stub.app.Run(stub.AnswerAsync);
        await stub.app.StartAsync();
        stub.Url = new Uri(stub.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        stub.Discovery = Answering(stub.DiscoveryDocument.ToJsonString());
        stub.Keys = Answering(stub.KeySet.ToJsonString());
        return stub;
    }

    /// <summary>A token with the simulator's usual claims, changed, from this issuer; <c>null</c> removes a claim, whichever it is.</summary>
    public string Mint(TrustWorld world, JsonObject? changes = null, string keyId = KeyId)
    {
        var payload = IdentityToken.Payload(world.Github());
        payload["iss"] = Url.OriginalString;
        foreach (var (claim, value) in changes ?? [])
        {
            payload.Remove(claim);
            if (value is not null)
            {
                payload[claim] = value.DeepClone();
            }
        }
        return IdentityToken.Sign(key, keyId, payload);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }

    private Task AnswerAsync(HttpContext context)
    {
        requests.Enqueue(context.Request.Path.Value!);
        LastHeaders = new HeaderDictionary(context.Request.Headers.ToDictionary());
        return context.Request.Path.Value switch
        {
            "/.well-known/openid-configuration" => Discovery(context),
            "/keys" => Keys(context),
            var path => Elsewhere.GetValueOrDefault(path ?? "", NotFound)(context),
        };
    }

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
