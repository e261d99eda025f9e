using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Trust.People;

namespace Assay.Server.Identity;

/// <summary>
/// Reads what a new token shall reach. What is selected without a permission is for reading; a permission without anything selected is a mistake. Whether a package, a
/// scope or an organisation exists is not looked up: it may be about to, and the answer would tell.
/// </summary>
internal static class ReachRequest
{
    private const string PackagesPermission = "packages_and_scopes_permission";
    private const string OrganisationsPermission = "orgs_permission";

    public static (TokenReach? Reach, string? Problem) Read(JsonObject body, IdentityOptions options)
    {
        if (FirstUnread(body) is { } unread)
        {
            return (null, unread);
        }
        var selected = Selection.Of(body);
        var (packages, organisations) = (Permission(body, PackagesPermission), Permission(body, OrganisationsPermission));
        if (!selected.IsAny)
        {
            return packages is null && organisations is null && body.Flag("readonly") is { } isReadOnly && body.Flag("bypass_2fa") is not true
                ? (Old(isReadOnly), null)
                : (null, "Nothing is selected. Say what the token is for: --packages, --packages-all, --scopes, --orgs.");
        }
        var problem = selected.Problem(options) ?? Contradiction(body, selected, packages, organisations);
        return problem is null ? (Reach(body, selected, packages, organisations), null) : (null, problem);
    }

    /// <summary>Clients up to npm 10 know no other restriction than reading, and always name it.</summary>
    private static TokenReach Old(bool isReadOnly)
    {
        var permission = isReadOnly ? TokenPermission.Read : TokenPermission.Write;
        return new TokenReach { Packages = permission, Organisations = permission };
    }

    private static TokenReach Reach(JsonObject body, Selection selected, TokenPermission? packages, TokenPermission? organisations) => new()
    {
        Packages = selected.SelectsPackages ? packages ?? TokenPermission.Read : TokenPermission.None,
        PackageNames = selected.IsForAllPackages ? null : [.. selected.Packages.Concat(selected.Scopes).Distinct(StringComparer.Ordinal)],
        Organisations = selected.Organisations.Count > 0 ? organisations ?? TokenPermission.Read : TokenPermission.None,
        OrganisationNames = [.. selected.Organisations.Distinct(StringComparer.Ordinal)],
        BypassesSecondFactor = body.Flag("bypass_2fa") ?? false,
    };

    private static string? FirstUnread(JsonObject body)
    {
        foreach (var list in new[] { "packages", "scopes", "orgs" })
        {
            if (body[list] is not null && body.Texts(list) is null)
            {
                return $"'{list}' is a list of names.";
            }
        }
        foreach (var flag in new[] { "packages_all", "bypass_2fa", "readonly" })
        {
            if (body[flag] is not null && body.Flag(flag) is null)
            {
                return $"'{flag}' is true or false.";
            }
        }
        if (body[PackagesPermission] is not null && Permission(body, PackagesPermission) is null)
        {
            return $"'{PackagesPermission}' is no-access, read-only, read-write or read-write-stage-only.";
        }
        return body[OrganisationsPermission] is null || Permission(body, OrganisationsPermission) is not (null or TokenPermission.Stage)
            ? null
            : $"'{OrganisationsPermission}' is no-access, read-only or read-write.";
    }

    private static string? Contradiction(JsonObject body, Selection selected, TokenPermission? packages, TokenPermission? organisations)
    {
        if (!selected.SelectsPackages && packages is not (null or TokenPermission.None))
        {
            return $"'{PackagesPermission}' is given, and no package or scope is selected.";
        }
        if (selected.Organisations.Count == 0 && organisations is not (null or TokenPermission.None))
        {
            return $"'{OrganisationsPermission}' is given, and no organisation is selected.";
        }
        if (selected.SelectsPackages && packages is TokenPermission.None)
        {
            return "Packages or scopes are selected, and no access is given to them.";
        }
        if (selected.Organisations.Count > 0 && organisations is TokenPermission.None)
        {
            return "Organisations are selected, and no access is given to them.";
        }
        if (body.Flag("readonly") is true && (packages > TokenPermission.Read || organisations > TokenPermission.Read))
        {
            return "A token is either read-only or may write.";
        }
        return body.Flag("bypass_2fa") is true && packages is not TokenPermission.Write
            ? $"'bypass_2fa' is for tokens that publish: it goes with '{PackagesPermission}' read-write."
            : null;
    }

    private static TokenPermission? Permission(JsonObject body, string name) => body.Text(name) is { } word ? TokenWords.Permission(word) : null;

    private sealed record Selection(
        IReadOnlyList<string> Packages, IReadOnlyList<string> Scopes, IReadOnlyList<string> Organisations, bool IsForAllPackages)
    {
        public bool SelectsPackages => IsForAllPackages || Packages.Count > 0 || Scopes.Count > 0;

        public bool IsAny => SelectsPackages || Organisations.Count > 0;

        /// <summary>A star for all packages is what the public registry documents; npm sends a flag.</summary>
        public static Selection Of(JsonObject body)
        {
            var packages = body.Texts("packages") ?? [];
            var isStar = packages is ["*"];
            return new Selection(isStar ? [] : packages, body.Texts("scopes") ?? [], body.Texts("orgs") ?? [], isStar || body.Flag("packages_all") is true);
        }

        public string? Problem(IdentityOptions options)
        {
            if (IsForAllPackages && Packages.Count + Scopes.Count > 0)
            {
                return "All packages are selected, and some by name. Say one or the other.";
            }
            if (Packages.Count + Scopes.Count > options.MaximumPackagesPerToken || Organisations.Count > options.MaximumOrganisationsPerToken)
            {
                return $"A token names {options.MaximumPackagesPerToken} packages and scopes at most, and {options.MaximumOrganisationsPerToken} organisations.";
            }
            // npm once allowed a star in names; whoever writes one today means a pattern, which a token does not know.
            if (Packages.FirstOrDefault(name => name.Contains('*', StringComparison.Ordinal) || !PackageName.TryParse(name, out _)) is { } package)
            {
                return $"'{package}' is not a package name. All packages are --packages-all, those of a scope --scopes.";
            }
            if (Scopes.FirstOrDefault(name => !IsScope(name)) is { } scope)
            {
                return $"'{scope}' is not a scope like @acme.";
            }
            return Organisations.FirstOrDefault(name => !Identity.Organisations.IsName(name)) is { } organisation ? $"'{organisation}' is not the name of an organisation." : null;
        }

        private static bool IsScope(string text) => text.StartsWith('@') && !text.Contains('/', StringComparison.Ordinal) && PackageName.TryParse($"{text}/x", out _);
    }
}
