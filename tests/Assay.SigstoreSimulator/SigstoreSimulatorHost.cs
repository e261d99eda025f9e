using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.SigstoreSimulator;

/// <summary>The simulated Sigstore on loopback: certificate authority (Fulcio) and log (Rekor, first generation) as stock npm calls them.</summary>
public sealed class SigstoreSimulatorHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly SimulatedSigstore sigstore;
    private readonly IdentityTokens tokens;
    private int issued;

    private SigstoreSimulatorHost(SimulatedSigstore sigstore, TimeProvider clock)
    {
        this.sigstore = sigstore;
        tokens = new IdentityTokens(clock);
        // An empty builder: nothing of the surroundings has a say in what a test sees.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        app = builder.Build();
        app.MapPost("/api/v2/signingCert", (RequestDelegate)CertifyAsync);
        app.MapPost("/api/v1/log/entries", (RequestDelegate)LogAsync);
    }

    public Uri Url { get; private set; } = null!;

    /// <summary>Changes what is certified of a verified token: a dishonest authority, or the token of another run.</summary>
    public Action<JsonObject> Certifying { get; set; } = _ => { };

    /// <summary>How long ago certificates are made out.</summary>
    public TimeSpan CertificateAge { get; set; }

    public int IssuedCertificates => issued;

    public static async Task<SigstoreSimulatorHost> StartAsync(SimulatedSigstore sigstore, TimeProvider clock)
    {
        var host = new SigstoreSimulatorHost(sigstore, clock);
        await host.app.StartAsync();
        host.Url = new Uri(host.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        tokens.Dispose();
    }

    private async Task CertifyAsync(HttpContext context)
    {
        var request = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        var claims = await tokens.VerifyAsync((string)request["credentials"]!["oidcIdentityToken"]!, context.RequestAborted);
        var asked = request["publicKeyRequest"]!;
        using var key = ECDsa.Create();
        key.ImportFromPem((string)asked["publicKey"]!["content"]!);

        if (claims is null || !Holds(key, (string)claims["sub"]!, (string)asked["proofOfPossession"]!))
        {
            await AnswerAsync(context, StatusCodes.Status401Unauthorized, new JsonObject { ["message"] = "the identity token or the proof of possession is not good" });

            return;
        }

        Certifying(claims);
        Interlocked.Increment(ref issued);
        using var certificate = sigstore.Certificates.Issue(new PublicKey(key), CertifiedClaims.Of(claims), sigstore.Now - CertificateAge);
        var chain = new JsonObject { ["certificates"] = new JsonArray([.. sigstore.ChainOf(certificate).Select(pem => JsonValue.Create(pem))]) };
        await AnswerAsync(context, StatusCodes.Status200OK, new JsonObject { ["signedCertificateEmbeddedSct"] = new JsonObject { ["chain"] = chain } });
    }

    private async Task LogAsync(HttpContext context)
    {
        var request = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        var proposed = request["spec"]!["proposedContent"]!;
        var text = (string)proposed["envelope"]!;
        var envelope = JsonNode.Parse(text)!;
        var signature = (string)envelope["signatures"]![0]!["sig"]!;
        var body = EntryLog.Body(text, Convert.FromBase64String((string)envelope["payload"]!), signature, (string)proposed["verifiers"]![0]!);
        await AnswerAsync(context, StatusCodes.Status201Created, sigstore.Log.Append(body, sigstore.Now).ToAnswer());
    }

    // Whoever asks must hold the key that the certificate is for: it signs the token's subject.
    private static bool Holds(ECDsa key, string subject, string proof) => key.VerifyData(
        Encoding.UTF8.GetBytes(subject), Convert.FromBase64String(proof), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    private static Task AnswerAsync(HttpContext context, int status, JsonObject answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";

        return context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }
}
