using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Trust.People;

namespace Assay.Server.Identity;

/// <summary>What an access token reaches, in the words of <c>npm token</c> and in a line for people.</summary>
internal static class TokenWords
{
    private const int NamesShown = 5;

    public static TokenPermission? Permission(string word) => word switch
    {
        "no-access" => TokenPermission.None,
        "read-only" => TokenPermission.Read,
        "read-write-stage-only" => TokenPermission.Stage,
        "read-write" => TokenPermission.Write,
        _ => null,
    };

    public static string Of(TokenPermission permission) => permission switch
    {
        TokenPermission.Read => "read-only",
        TokenPermission.Stage => "read-write-stage-only",
        TokenPermission.Write => "read-write",
        _ => "no-access",
    };

    /// <summary>As in <c>npm token list</c>.</summary>
    /// <param name="row">The token.</param>
    /// <param name="token">Its text, or what may be shown of it.</param>
    public static JsonObject Shown(AccessTokenRow row, string token)
    {
        var reach = StoredReach.Of(row);
        return new JsonObject
        {
            ["key"] = row.Key,
            ["token"] = token,
            ["name"] = row.Name,
            ["description"] = row.Description,
            ["created"] = JsonTime.Of(row.CreatedAt),
            ["updated"] = JsonTime.Of(row.CreatedAt),
            ["accessed"] = row.LastUsedAt is { } used ? JsonTime.Of(used) : null,
            ["expires"] = JsonTime.Of(row.ExpiresAt),
            ["expiry"] = JsonTime.Of(row.ExpiresAt),
            ["revoked"] = null,
            ["readonly"] = reach.IsReadOnly,
            // npm prints a line about addresses wherever there is a list, an empty one too.
            ["cidr_whitelist"] = Addresses(row),
            ["cidr"] = Addresses(row),
            ["bypass_2fa"] = reach.BypassesSecondFactor,
            ["packages_and_scopes_permission"] = Of(reach.Packages),
            ["orgs_permission"] = Of(reach.Organisations),
            ["permissions"] = new JsonArray([.. Permissions(reach)]),
            ["scopes"] = new JsonArray([.. Targets(reach).Select(target => new JsonObject { ["type"] = target.Type, ["name"] = target.Name })]),
        };
    }

    /// <summary>In one line.</summary>
    public static string Summary(TokenReach reach)
    {
        if (reach.IsSignIn)
        {
            return "a sign-in";
        }
        var packages = $"{Of(reach.Packages)} for {Listed(reach.PackageNames, "all packages")}";
        var organisations = reach.Organisations is TokenPermission.None ? "" : $", {Of(reach.Organisations)} for {Listed(reach.OrganisationNames, "all organisations")}";
        return packages + organisations + (reach.BypassesSecondFactor ? ", bypasses the second factor" : "");
    }

    private static string Listed(IReadOnlyList<string>? names, string all) => names switch
    {
        null => all,
        { Count: > NamesShown } => $"{string.Join(", ", names.Take(NamesShown))} and {names.Count - NamesShown} more",
        _ => string.Join(", ", names),
    };

    private static IEnumerable<JsonObject> Permissions(TokenReach reach)
    {
        foreach (var (name, permission) in new[] { ("package", reach.Packages), ("org", reach.Organisations) })
        {
            if (permission is not TokenPermission.None)
            {
                yield return new JsonObject { ["name"] = name, ["action"] = permission is TokenPermission.Read ? "read" : permission is TokenPermission.Stage ? "stage" : "write" };
            }
        }
    }

    private static IEnumerable<(string Type, string Name)> Targets(TokenReach reach)
    {
        var packages = reach.Packages is TokenPermission.None ? [] : reach.PackageNames ?? ["*"];
        var organisations = reach.Organisations is TokenPermission.None ? [] : reach.OrganisationNames ?? ["*"];
        return packages.Select(name => (name.StartsWith('@') && !name.Contains('/', StringComparison.Ordinal) ? "scope" : "package", name))
            .Concat(organisations.Select(name => ("org", name)));
    }

    private static JsonArray? Addresses(AccessTokenRow row) => row.AllowedAddresses.Length == 0
        ? null
        : new JsonArray([.. row.AllowedAddresses.Split('\n').Select(range => JsonValue.Create(range))]);
}
