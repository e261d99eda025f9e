using System.Text.Json;

namespace Assay.Npm;

/// <summary>Reads what decisions need of one version.</summary>
internal static class ForeignVersionReader
{
    private static readonly string[] InstallScripts = ["preinstall", "install", "postinstall"];

    /// <summary>Null when it is no version of this package that could be served: without a distribution, or about something else.</summary>
    public static ForeignVersion? Read(ReadOnlyMemory<byte> json, PackageName name, string version, DateTimeOffset? publishedAt)
    {
        // It is passed on as it stands: what stands in it twice, two readers could take for two things.
        if (!ForeignReader.TryUniqueMembers(json, out var members))
        {
            return null;
        }
        if (!IsSafe(version) || !Says(members, "name", name.Value) || !Says(members, "version", version) || !members.TryGetValue("dist", out var distJson))
        {
            return null;
        }
        var dist = ForeignReader.Members(distJson);
        if (Text(dist, "tarball") is not { } tarball)
        {
            return null;
        }
        var integrity = Text(dist, "integrity");
        return new ForeignVersion(json, Within(json, distJson))
        {
            Version = version,
            PublishedAt = publishedAt,
            Tarball = tarball,
            Integrity = integrity,
            Promised = PromisedDigest.TryRead(integrity, Text(dist, "shasum"), out var promised) ? promised : null,
            Licence = Licence(members),
            HasInstallScript = HasInstallScript(members),
            Deprecated = Text(members, "deprecated") is { Length: > 0 } text ? text : IsTrue(members, "deprecated") ? "deprecated" : null,
            Signatures = dist.TryGetValue("signatures", out var signatures) ? Signatures(signatures) : [],
            HasAttestations = dist.TryGetValue("attestations", out var attestations) && ForeignReader.Members(attestations).ContainsKey("url"),
        };
    }

    /// <summary>What stands in file names and URLs: old versions need not be semantic ones, but none may lead elsewhere.</summary>
    private static bool IsSafe(string version) =>
        version.Length is > 0 and <= SemanticVersion.MaxLength && version.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '+' or '_' or '~');

    private static bool Says(Dictionary<string, ReadOnlyMemory<byte>> members, string member, string expected) => Text(members, member) == expected;

    private static string? Text(Dictionary<string, ReadOnlyMemory<byte>> members, string member) =>
        members.TryGetValue(member, out var json) ? ForeignReader.Text(json) : null;

    private static bool IsTrue(Dictionary<string, ReadOnlyMemory<byte>> members, string member) =>
        members.TryGetValue(member, out var json) && json.Span.SequenceEqual("true"u8);

    private static Range Within(ReadOnlyMemory<byte> outer, ReadOnlyMemory<byte> inner)
    {
        outer.Span.Overlaps(inner.Span, out var start);
        return start..(start + inner.Length);
    }

    private static bool HasInstallScript(Dictionary<string, ReadOnlyMemory<byte>> members)
    {
        if (IsTrue(members, "hasInstallScript") || IsTrue(members, "gypfile"))
        {
            return true;
        }
        return members.TryGetValue("scripts", out var scripts) && ForeignReader.Members(scripts) is var named && InstallScripts.Any(named.ContainsKey);
    }

    // Today a text; once an object with a type, or a list of them.
    private static string? Licence(Dictionary<string, ReadOnlyMemory<byte>> members)
    {
        foreach (var member in new[] { "license", "licenses" })
        {
            if (members.TryGetValue(member, out var licence) && LicenceIn(licence) is { } text)
            {
                return text;
            }
        }
        return null;
    }

    private static string? LicenceIn(ReadOnlyMemory<byte> json)
    {
        var types = Items(json).Select(OneLicence).OfType<string>().ToList();
        return types.Count == 0 ? OneLicence(json) : string.Join(" OR ", types);
    }

    private static string? OneLicence(ReadOnlyMemory<byte> json) => ForeignReader.Text(json) ?? Text(ForeignReader.Members(json), "type");

    private static List<SignatureMark> Signatures(ReadOnlyMemory<byte> json)
    {
        var marks = new List<SignatureMark>();
        foreach (var item in Items(json))
        {
            var members = ForeignReader.Members(item);
            if (Text(members, "keyid") is { } keyId && Text(members, "sig") is { } text && Decoded(text) is { } signature)
            {
                marks.Add(new SignatureMark(keyId, signature));
            }
        }
        return marks;
    }

    private static byte[]? Decoded(string base64)
    {
        var buffer = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, buffer, out var written) ? buffer[..written] : null;
    }

    private static List<ReadOnlyMemory<byte>> Items(ReadOnlyMemory<byte> json)
    {
        var items = new List<ReadOnlyMemory<byte>>();
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = DocumentPath.MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return items;
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            items.Add(json[start..(int)reader.BytesConsumed]);
        }
        return items;
    }
}
