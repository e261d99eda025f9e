using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Trust.Providers;

namespace Assay.Server.TrustedPublishing;

/// <summary>The provider definitions in force: what a form or a script needs to add an issuer or write a policy.</summary>
internal static class ProviderEndpoints
{
    public static void MapProviders(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/assay/v1/providers", List);
        app.MapGet("/-/assay/v1/providers/{id}", Show);
    }

    private static JsonAnswer List(Caller caller, ProviderCatalog catalog) => caller is Caller.Member
        ? JsonAnswer.Ok(new JsonObject { ["providers"] = new JsonArray([.. catalog.Definitions.Select(ProviderShown.ToJson)]) })
        : Denials.SignInNeeded(caller);

    private static JsonAnswer Show(string id, Caller caller, ProviderCatalog catalog)
    {
        if (caller is not Caller.Member)
        {
            return Denials.SignInNeeded(caller);
        }
        return catalog.Find(id) is { } definition
            ? JsonAnswer.Ok(ProviderShown.ToJson(definition))
            : NpmError.NotFound($"There is no provider '{id}'. This registry knows: {string.Join(", ", catalog.Ids)}.", "provider-not-found");
    }
}
