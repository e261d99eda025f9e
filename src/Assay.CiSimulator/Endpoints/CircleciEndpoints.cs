namespace Assay.CiSimulator.Endpoints;

internal static class CircleciEndpoints
{
    private const string KeysPath = "/.well-known/jwks-pub.json";

    public static void MapCircleci(this IEndpointRouteBuilder app, Func<CiSimulatorHost> host)
    {
        var circleci = app.MapGroup("/circleci");
        circleci.MapGet("/org/{organisation:guid}/.well-known/openid-configuration", (string organisation) =>
            Discovery.Document(host().CircleciCloud.IssuerOf(organisation), KeysPath));
        circleci.MapGet("/org/{organisation:guid}" + KeysPath, (string organisation, KeyRequests requests) =>
            Discovery.Keys(host().CircleciCloud.Issuer.Keys, requests));
        circleci.MapPost("/jobs", async (HttpRequest request) =>
        {
            var (claims, audience) = Wishes.OfJob(await Wishes.ReadAsync(request));

            return Discovery.Environment(host().StartCircleci(claims, audience, Wishes.Forgery(request)));
        });
    }
}
