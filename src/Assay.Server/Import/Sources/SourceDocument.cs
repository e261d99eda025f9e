using System.Globalization;
using System.Text.Json;
using Assay.Npm;
using Assay.Trust.Refusals;

namespace Assay.Server.Import;

/// <summary>Reads a package's document as registries and Verdaccio's folders have it. What is odd about one version is that version's refusal.</summary>
internal static class SourceDocument
{
    // Addresses of the mailbox's owner are of no use here; more than these nobody reads.
    private const int MostMaintainers = 100;
    private const int LongestName = 214;
    private const int LongestMessage = 8 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 128, AllowDuplicateProperties = false };

    /// <exception cref="SourceFailure">It is not a document about this package.</exception>
    public static SourcePackage Read(PackageName name, ReadOnlyMemory<byte> json)
    {
        try
        {
            // npm's own reader forgives a byte order mark.
            using var document = JsonDocument.Parse(json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json, Strict);
            return Read(name, document.RootElement);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // The second is what texts throw that are not Unicode.
            throw new SourceFailure("bad-document", $"The source's document cannot be read: {Printable.Value(malformed.Message)}");
        }
    }

    private static SourcePackage Read(PackageName name, JsonElement root)
    {
        if (Text(root, "name") is { } named && named != name.Value)
        {
            throw new SourceFailure("name-mismatch", $"The source's document is about {Printable.Value(named)}.");
        }
        if (Member(root, "versions") is not { ValueKind: JsonValueKind.Object } versions || !versions.EnumerateObject().Any())
        {
            throw new SourceFailure("no-versions", "The source has no version of it.");
        }
        var time = Member(root, "time");
        var (read, unreadable) = (new List<SourceVersion>(), new List<Refusal>());
        foreach (var member in versions.EnumerateObject())
        {
            var subject = $"{name}@{Printable.Value(member.Name)}";
            if (ReadVersion(member, time, out var problem) is { } version)
            {
                read.Add(version);
            }
            else
            {
                unreadable.Add(problem! with { Subject = subject });
            }
        }
        return new SourcePackage(name)
        {
            Versions = [.. read.OrderBy(version => version.PublishedAt ?? DateTimeOffset.MaxValue).ThenBy(version => version.Version)],
            Tags = Texts(Member(root, "dist-tags")),
            Created = Time(time, "created"),
            Maintainers = Maintainers(root, versions),
            Unreadable = unreadable,
        };
    }

    private static SourceVersion? ReadVersion(JsonProperty member, JsonElement? time, out Refusal? problem)
    {
        problem = null;
        if (!SemanticVersion.TryClean(member.Name, out var version))
        {
            problem = new Refusal("", "bad-version", $"'{Printable.Value(member.Name)}' is not a semantic version.");
            return null;
        }
        var dist = Member(member.Value, "dist");
        if (Text(dist, "tarball") is not { Length: > 0 } tarball)
        {
            problem = new Refusal("", "no-tarball", "The source's document does not say where the tarball is.");
            return null;
        }
        if (PromisedDigests.Read(Text(dist, "integrity"), Text(dist, "shasum")) is not { } promised)
        {
            problem = new Refusal("", "bad-integrity", "The source's document has a checksum that cannot be read.");
            return null;
        }
        return new SourceVersion(version, tarball)
        {
            PublishedAt = Time(time, member.Name) ?? Time(time, version.ToString()),
            Deprecated = Clean(Text(member.Value, "deprecated"), LongestMessage),
            Publisher = Publisher(Member(member.Value, "_npmUser")),
            Promised = promised,
        };
    }

    private static NpmUser? Publisher(JsonElement? user) =>
        Clean(Text(user, "name"), LongestName) is { } name ? new NpmUser(name, Clean(Text(user, "email"), LongestName)) : null;

    private static List<string> Maintainers(JsonElement root, JsonElement versions)
    {
        var maintainers = Member(root, "maintainers") ?? Member(versions.EnumerateObject().Last().Value, "maintainers");
        return maintainers is not { ValueKind: JsonValueKind.Array } list
            ? []
            : [.. list.EnumerateArray().Take(MostMaintainers).Select(PersonName).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    // Either an object or `name <email>`.
    private static string? PersonName(JsonElement person) =>
        Clean(person.ValueKind == JsonValueKind.String ? person.GetString()!.Split('<')[0] : Text(person, "name"), LongestName);

    private static Dictionary<string, string> Texts(JsonElement? map) => map is not { ValueKind: JsonValueKind.Object } members
        ? []
        : members.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String)
            .ToDictionary(member => member.Name, member => member.Value.GetString()!, StringComparer.Ordinal);

    private static DateTimeOffset? Time(JsonElement? times, string name) =>
        Text(times, name) is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    // PostgreSQL cannot store a NUL, and nobody needs one.
    private static string? Clean(string? text, int longest)
    {
        var cleaned = text?.Replace('\0', '\uFFFD').Trim() ?? "";
        if (cleaned.Length > longest)
        {
            // Never through the middle of a character.
            cleaned = cleaned[..(char.IsHighSurrogate(cleaned[longest - 1]) ? longest - 1 : longest)];
        }
        return cleaned.Length > 0 ? cleaned : null;
    }

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
