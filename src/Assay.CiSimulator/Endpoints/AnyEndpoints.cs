using System.Text.Json.Nodes;
using Assay.CiSimulator.Providers;

namespace Assay.CiSimulator.Endpoints;

/// <summary>Issuers of any claims, each under a name of its own.</summary>
internal static class AnyEndpoints
{
    public const string KeysPath = "/.well-known/jwks.json";

    public static void MapAny(this IEndpointRouteBuilder app, Func<CiSimulatorHost> host)
    {
        var any = app.MapGroup("/any/{name}");
        any.MapGet("/.well-known/openid-configuration", (string name) =>
            Discovery.Document(host().Any(name).Url, KeysPath, AnyIssuer.Algorithms));
        any.MapGet(KeysPath, (string name, KeyRequests requests) => Discovery.Keys(host().Any(name).ToJwks(), requests));
        any.MapPost("/token", async (string name, HttpRequest request) =>
        {
            var asked = await Wishes.ReadAsync(request);
            var token = host().Any(name).Mint(asked["claims"] as JsonObject ?? [], asked["aud"]?.DeepClone(), (string?)asked["alg"]);

            return Discovery.Json(new JsonObject { ["token"] = token });
        });
        any.MapPost("/jobs", async (string name, HttpRequest request) =>
        {
            var (claims, audience) = Wishes.OfJob(await Wishes.ReadAsync(request));

            return Discovery.Environment(host().StartAny(name, claims, audience));
        });
        any.MapMethods("/jobs/{handle}/{**door}", [HttpMethods.Get, HttpMethods.Post], AnswerAsync);
        // On Fly.io's socket there is no name and no handle: a machine has one identity.
        app.MapPost("/" + AnyDoors.Flyio, (HttpRequest request) => host().FlyMachine is { } machine
            ? AnyDoors.AnswerAsync(AnyDoors.Flyio, request, host().Any("flyio"), machine)
            : Task.FromResult(Results.NotFound()));

        Task<IResult> AnswerAsync(string name, string handle, string door, HttpRequest request) =>
            host().Any(name).Find(handle) is { } job
                ? AnyDoors.AnswerAsync(door, request, host().Any(name), job)
                : Task.FromResult(Results.Unauthorized());
    }
}
