namespace Assay.CiSimulator.Endpoints;

internal static class GitlabEndpoints
{
    private const string KeysPath = "/oauth/discovery/keys";

    public static void MapGitlab(this IEndpointRouteBuilder app, Func<CiSimulatorHost> host)
    {
        var gitlab = app.MapGroup("/gitlab");
        gitlab.MapGet("/.well-known/openid-configuration", () => Discovery.Document(host().Gitlab, KeysPath));
        gitlab.MapGet(KeysPath, (KeyRequests requests) => Discovery.Keys(host().GitlabCi.Issuer.Keys, requests));
        gitlab.MapPost("/jobs", async (HttpRequest request) =>
        {
            var (claims, audience) = Wishes.OfJob(await Wishes.ReadAsync(request));

            return Discovery.Environment(host().StartGitlab(claims, audience, Wishes.Forgery(request)));
        });
    }
}
