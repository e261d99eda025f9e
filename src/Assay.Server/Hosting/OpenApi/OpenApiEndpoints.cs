namespace Assay.Server.Hosting.OpenApi;

/// <summary>
/// The description of the registry's own API. It is written by hand, so that it can say why; a test holds it against the routes.
/// </summary>
internal static class OpenApiEndpoints
{
    private const string Resource = "Assay.Server.openapi.json";

    public static void MapOpenApi(this IEndpointRouteBuilder app) =>
        app.MapGet("/-/assay/v1/openapi.json", () => TypedResults.Stream(Open(), "application/json"));

    public static Stream Open() => typeof(OpenApiEndpoints).Assembly.GetManifestResourceStream(Resource)!;
}
