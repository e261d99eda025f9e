using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.CiSimulator.Endpoints;

internal static class GithubEndpoints
{
    private const string KeysPath = "/.well-known/jwks";

    public static void MapGithub(this IEndpointRouteBuilder app, Func<CiSimulatorHost> host)
    {
        var github = app.MapGroup("/github");
        github.MapGet("/.well-known/openid-configuration", () => Discovery.Document(host().Github, KeysPath));
        github.MapGet(KeysPath, (KeyRequests requests) => Discovery.Keys(host().GithubActions.Issuer.Keys, requests));
        github.MapGet("/token", (HttpRequest request) => Token(host(), request));
        github.MapPost("/runs", async (HttpRequest request) =>
            Discovery.Environment(host().StartGithub(await Wishes.ReadAsync(request), Wishes.Forgery(request))));
    }

    private static IResult Token(CiSimulatorHost host, HttpRequest request)
    {
        var run = host.GithubActions.Find(request.Query["run"].ToString());

        if (run is null || !IsBearer(request, run.Bearer))
        {
            return Results.Unauthorized();
        }

        var audience = request.Query["audience"].FirstOrDefault(value => !string.IsNullOrEmpty(value));
        var token = host.GithubActions.Mint(run, Wishes.FromQuery(request.Query), audience, Wishes.Forgery(request));

        return Discovery.Json(new JsonObject { ["value"] = token });
    }

    private static bool IsBearer(HttpRequest request, string bearer) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()), Encoding.UTF8.GetBytes($"Bearer {bearer}"));
}
