using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Trust.People;

namespace Assay.Server.Identity;

/// <summary>What an access token reaches, as it is kept with it.</summary>
internal static class StoredReach
{
    private static readonly TokenReach Nothing = new() { Packages = TokenPermission.None };

    /// <summary>Null for a sign-in, whose row says so itself.</summary>
    public static string? Write(TokenReach reach) => reach.IsSignIn ? null : new JsonObject
    {
        ["packages"] = reach.Packages.ToString(),
        ["packageNames"] = Names(reach.PackageNames),
        ["organisations"] = reach.Organisations.ToString(),
        ["organisationNames"] = Names(reach.OrganisationNames),
        ["bypassesSecondFactor"] = reach.BypassesSecondFactor,
    }.ToJsonString();

    public static TokenReach Of(AccessTokenRow row) => row switch
    {
        { IsSignIn: true } => TokenReach.Everything,
        { Reach: { } json } => Read(json),
        // Of an earlier version, which knew no other restriction.
        { IsReadOnly: true } => new TokenReach { Packages = TokenPermission.Read, Organisations = TokenPermission.Read },
        _ => new TokenReach { Packages = TokenPermission.Write, Organisations = TokenPermission.Write },
    };

    // What cannot be read reaches nothing: a newer version may have meant less than this one would understand.
    private static TokenReach Read(string json)
    {
        try
        {
            return JsonNode.Parse(json) is JsonObject body
                && TryReadPermission(body, "packages", out var packages) && TryReadNames(body, "packageNames", out var packageNames)
                && TryReadPermission(body, "organisations", out var organisations) && TryReadNames(body, "organisationNames", out var organisationNames)
                ? new TokenReach
                {
                    Packages = packages,
                    PackageNames = packageNames,
                    Organisations = organisations,
                    OrganisationNames = organisationNames,
                    BypassesSecondFactor = body.Flag("bypassesSecondFactor") ?? false,
                }
                : Nothing;
        }
        catch (JsonException)
        {
            return Nothing;
        }
    }

    private static bool TryReadPermission(JsonObject body, string name, out TokenPermission permission) =>
        Enum.TryParse(body.Text(name), out permission) && Enum.IsDefined(permission);

    private static bool TryReadNames(JsonObject body, string name, out IReadOnlyList<string>? names)
    {
        names = body.Texts(name);
        return names is not null || (body.ContainsKey(name) && body[name] is null);
    }

    private static JsonArray? Names(IReadOnlyList<string>? names) => names is null ? null : new JsonArray([.. names.Select(name => JsonValue.Create(name))]);
}
