using System.Net;
using System.Text.Json.Nodes;

namespace Assay.Server.Tests.Fixtures;

/// <summary>Organisations, teams and what they were given, as an operator makes them and npm changes them.</summary>
internal static class OrganisingExtensions
{
    public static async Task OrganisationAsync(this RegistryApp app, string name, string owner) =>
        await (await app.OperatorAsync(HttpMethod.Post, "/org/add", new JsonObject { ["name"] = name, ["owner"] = owner })).ShouldBeAsync(HttpStatusCode.OK);

    public static Task<HttpResponseMessage> SetMemberAsync(this RegistryApp app, string? token, string organisation, string person, string role = "developer") =>
        app.PutAsync($"/-/org/{organisation}/user", token, new JsonObject { ["user"] = person, ["role"] = role });

    public static Task<HttpResponseMessage> RemoveMemberAsync(this RegistryApp app, string? token, string organisation, string person) =>
        app.DeleteAsync($"/-/org/{organisation}/user", token, new JsonObject { ["user"] = person });

    /// <summary>A member of the organisation with an access token, made one by the owner.</summary>
    public static async Task<string> MemberAsync(this RegistryApp app, string owner, string organisation, string person, string role = "developer")
    {
        var token = await app.SignedInAsync(person);
        await (await app.SetMemberAsync(owner, organisation, person, role)).ShouldBeAsync(HttpStatusCode.Created);
        return token;
    }

    public static async Task TeamAsync(this RegistryApp app, string token, string organisation, string team, params string[] people)
    {
        await (await app.PutAsync($"/-/org/{organisation}/team", token, new JsonObject { ["name"] = team })).ShouldBeAsync(HttpStatusCode.Created);
        foreach (var person in people)
        {
            await (await app.PutAsync($"/-/team/{organisation}/{team}/user", token, new JsonObject { ["user"] = person })).ShouldBeAsync(HttpStatusCode.Created);
        }
    }

    public static Task<HttpResponseMessage> GrantAsync(this RegistryApp app, string? token, string organisation, string team, string target, string permissions) =>
        app.PutAsync($"/-/team/{organisation}/{team}/package", token, new JsonObject { ["package"] = target, ["permissions"] = permissions });

    public static async Task GrantedAsync(this RegistryApp app, string token, string organisation, string team, string target, string permissions) =>
        await (await app.GrantAsync(token, organisation, team, target, permissions)).ShouldBeAsync(HttpStatusCode.Created);

    public static Task<HttpResponseMessage> SetAccessAsync(this RegistryApp app, string? token, string package, string access) =>
        app.PostAsync($"/-/package/{package.Replace("/", "%2f", StringComparison.Ordinal)}/access", token, new JsonObject { ["access"] = access });

    /// <summary>A package that only those read who were given a role.</summary>
    public static async Task PublishedForTeamsAsync(this RegistryApp app, string token, TestPackage package)
    {
        await app.PublishedAsync(token, package);
        await (await app.SetAccessAsync(token, package.Name, "teams")).ShouldBeAsync(HttpStatusCode.OK);
    }

    public static Task<HttpResponseMessage> DeleteAsync(this RegistryApp app, string path, string? token, JsonNode body) =>
        app.SendAsync(HttpMethod.Delete, path, token, RegistryApp.Json(body));
}
