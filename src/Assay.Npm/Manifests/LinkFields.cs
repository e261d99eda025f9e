using System.Text.Json.Nodes;

namespace Assay.Npm;

/// <summary>Repository, issue tracker and homepage; the latter two follow from a repository at a known host.</summary>
internal static class LinkFields
{
    public static void Normalise(JsonObject json)
    {
        var repository = NormaliseRepository(json);
        NormaliseBugs(json, repository);
        NormaliseHomepage(json, repository);
    }

    private static HostedRepository? NormaliseRepository(JsonObject json)
    {
        if (json["repository"].AsText() is { Length: > 0 } text)
            json["repository"] = new JsonObject { ["type"] = "git", ["url"] = text };
        if (json["repository"] is not JsonObject repository)
        {
            json.Remove("repository");
            return null;
        }

        if (!HostedRepository.TryParse(repository["url"].AsText(), out var hosted))
            return null;
        repository["url"] = hosted.CloneUrl;
        return hosted;
    }

    private static void NormaliseBugs(JsonObject json, HostedRepository? repository)
    {
        var bugs = json["bugs"] switch
        {
            JsonObject given => Bugs((given["url"] ?? given["web"] ?? given["name"]).AsText(), given["email"].AsText()),
            null => Bugs(repository?.IssuesUrl, null),
            var given => Bugs(given.AsText(), given.AsText()),
        };
        json.Remove("bugs");
        if (bugs.Count > 0)
            json["bugs"] = bugs;
    }

    private static JsonObject Bugs(string? url, string? email)
    {
        var bugs = new JsonObject();
        if (IsEmail(email))
            bugs["email"] = email;
        if (IsUrl(url) && !(url == email && IsEmail(email)))
            bugs["url"] = url;
        return bugs;
    }

    private static void NormaliseHomepage(JsonObject json, HostedRepository? repository)
    {
        var homepage = json["homepage"] is null ? repository?.ReadmeUrl : json["homepage"].AsText();
        if (string.IsNullOrEmpty(homepage))
            json.Remove("homepage");
        else
            json["homepage"] = IsUrl(homepage) ? homepage : "http://" + homepage;
    }

    private static bool IsUrl(string? text) => text is not null && Uri.TryCreate(text, UriKind.Absolute, out var url) && !url.IsFile;

    private static bool IsEmail(string? text) =>
        text is not null && text.Contains('@', StringComparison.Ordinal)
        && text.IndexOf('@', StringComparison.Ordinal) < text.LastIndexOf('.');
}
