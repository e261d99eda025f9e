using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Assay.CiSimulator.Providers;

/// <summary>The doors at which a job asks for a token, as a table: how each is asked and how it answers.</summary>
internal static class AnyDoors
{
    public const string Actions = "idtoken";
    public const string Azure = "oidctoken";
    public const string Codefresh = "codefresh";
    public const string Google = "computeMetadata/v1/instance/service-accounts/default/identity";
    public const string Flyio = "v1/tokens/oidc";

    /// <summary>The one audience that an Azure DevOps token has; its job cannot choose.</summary>
    public const string AzureAudience = "api://AzureADTokenExchange";

    private static readonly FrozenDictionary<string, AnyDoor> Doors = new Dictionary<string, AnyDoor>
    {
        [Actions] = new("GET", "Authorization", handle => $"Bearer {handle}", Query, token => Json("value", token)),
        [Azure] = new("POST", "Authorization", handle => $"Bearer {handle}", FixedAsync, token => Json("oidcToken", token)),
        [Codefresh] = new("GET", "Authorization", handle => handle, Query, token => Json("id_token", token)),
        [Google] = new("GET", "Metadata-Flavor", _ => "Google", Query, Text),
        [Flyio] = new("POST", null, _ => "", BodyAsync, Text),
    }.ToFrozenDictionary();

    /// <summary>What the door says to a job that knocks: its token, or that it asked in the wrong way.</summary>
    public static async Task<IResult> AnswerAsync(string door, HttpRequest request, AnyIssuer issuer, AnyJob job)
    {
        if (!Doors.TryGetValue(door, out var found))
        {
            return Results.NotFound();
        }

        if (request.Method != found.Method || (found.Header is { } header && request.Headers[header] != found.Secret(job.Handle)))
        {
            return Results.Unauthorized();
        }

        return found.Answer(issuer.Mint(job.Claims, await found.AudienceAsync(request)));
    }

    private static Task<JsonNode?> Query(HttpRequest request) =>
        Task.FromResult<JsonNode?>(request.Query["audience"].FirstOrDefault() is { Length: > 0 } audience ? audience : null);

    private static Task<JsonNode?> FixedAsync(HttpRequest request) =>
        request.Query["api-version"] == "7.1" ? Task.FromResult<JsonNode?>(AzureAudience) : throw new FormatException("api-version is 7.1.");

    private static async Task<JsonNode?> BodyAsync(HttpRequest request) =>
        (JsonNode.Parse(await new StreamReader(request.Body).ReadToEndAsync(request.HttpContext.RequestAborted)) as JsonObject)?["aud"]?.DeepClone();

    private static IResult Json(string member, string token) =>
        Results.Text(new JsonObject { [member] = token }.ToJsonString(), "application/json");

    private static IResult Text(string token) => Results.Text(token);
}

/// <summary>How one door is asked: method, a header with its secret, where the audience stands; and the form of its answer.</summary>
internal sealed record AnyDoor(
    string Method,
    string? Header,
    Func<string, string> Secret,
    Func<HttpRequest, Task<JsonNode?>> AudienceAsync,
    Func<string, IResult> Answer);
