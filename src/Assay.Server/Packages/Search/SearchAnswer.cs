using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;

namespace Assay.Server.Packages;

/// <summary>What was found, as npm's search spells it.</summary>
internal static class SearchAnswer
{
    public static JsonObject Of(FoundPackages found, PublicUrl url, DateTimeOffset now) => new()
    {
        ["objects"] = new JsonArray([.. found.Packages.Select(package => Found(package, url))]),
        ["total"] = found.Total,
        ["time"] = JsonTime.Of(now),
    };

    private static JsonObject Found(FoundPackage found, PublicUrl url)
    {
        var score = Score(found);
        return new JsonObject
        {
            ["package"] = Package(found, url),
            ["score"] = new JsonObject
            {
                ["final"] = score,
                ["detail"] = new JsonObject { ["quality"] = score, ["popularity"] = score, ["maintenance"] = score },
            },
            ["searchScore"] = score,
            ["downloads"] = new JsonObject { ["weekly"] = found.Downloads.LastWeek, ["monthly"] = found.Downloads.LastMonth },
            ["dependents"] = $"{found.Dependents}",
            ["updated"] = JsonTime.Of(found.ModifiedAt),
            ["flags"] = Flags(found),
        };
    }

    private static JsonObject Package(FoundPackage found, PublicUrl url) => new()
    {
        ["name"] = found.Name,
        ["version"] = found.Version,
        ["description"] = found.Description ?? "",
        ["keywords"] = new JsonArray([.. found.Keywords.Select(keyword => JsonValue.Create(keyword))]),
        ["date"] = JsonTime.Of(found.PublishedAt),
        ["license"] = found.License,
        ["sanitized_name"] = found.Name,
        ["links"] = Links(found, url),
        ["publisher"] = Person(new NpmPerson(found.PublisherName, found.PublisherEmail)),
        ["maintainers"] = new JsonArray([.. found.Maintainers.Select(Person)]),
    };

    private static JsonObject Links(FoundPackage found, PublicUrl url)
    {
        var links = new JsonObject { ["npm"] = url.At($"-/packages/{found.Name}") };
        foreach (var (name, address) in new[] { ("homepage", found.Homepage), ("repository", found.Repository), ("bugs", found.Bugs) })
        {
            if (address is not null)
            {
                links[name] = address;
            }
        }
        return links;
    }

    private static JsonObject Person(NpmPerson person) => new() { ["username"] = person.Name, ["email"] = person.Email };

    private static JsonObject Flags(FoundPackage found)
    {
        var flags = new JsonObject { ["insecure"] = 0 };
        if (found.IsUnstable)
        {
            flags["unstable"] = true;
        }
        return flags;
    }

    // The order is the answer; the number only does not contradict it.
    private static double Score(FoundPackage found) => found is { IsDeprecated: true, Match: not SearchMatch.Exact }
        ? 0.1
        : found.Match switch
        {
            SearchMatch.Exact => 1,
            SearchMatch.BaseName => 0.9,
            SearchMatch.Beginning => 0.8,
            SearchMatch.InName => 0.6,
            _ => 0.4,
        };
}
