using System.IO.Compression;
using System.Text.Json;
using Assay.Npm;
using Assay.Server.Answers;

namespace Assay.Server.Upstream.Advisories;

/// <summary>The packages that somebody has, each with its versions. Only names by npm's rules are in it: no other can have an advisory.</summary>
internal sealed record AuditRequest(IReadOnlyDictionary<string, IReadOnlyList<string>> Packages)
{
    /// <summary>Unpacked: a lockfile of twenty thousand packages needs less than one.</summary>
    public const int MaximumBytes = 4 * 1024 * 1024;

    public bool IsEmpty => Packages.Count == 0;

    public AuditRequest Of(Func<string, bool> wanted) => new(Packages.Where(package => wanted(package.Key)).ToDictionary(StringComparer.Ordinal));

    /// <summary>The request, or the answer that says what is wrong with it.</summary>
    public static async Task<(AuditRequest? Asked, JsonAnswer? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var encoding = request.Headers.ContentEncoding.ToString().Trim();
        if (encoding is not ("" or "identity" or "gzip"))
        {
            return (null, NpmError.BadRequest("The request body may be packed with gzip, and in no other way."));
        }
        try
        {
            await using var unpacked = encoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : null;
            return await ReadWithinAsync(unpacked ?? request.Body, cancellationToken) is { } bytes
                ? (new AuditRequest(Parse(bytes)), null)
                : (null, NpmError.TooLarge($"The request body is larger than the {MaximumBytes} bytes allowed here."));
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or InvalidDataException)
        {
            return (null, NpmError.BadRequest("""The request body is not JSON like {"NAME":["VERSION"]}, or not packed as it says.""", "malformed-json"));
        }
    }

    private static async Task<byte[]?> ReadWithinAsync(Stream body, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await body.ReadAsync(chunk, cancellationToken) is > 0 and var read)
        {
            if (buffer.Length + read > MaximumBytes)
            {
                return null;
            }
            buffer.Write(chunk, 0, read);
        }
        return buffer.ToArray();
    }

    private static Dictionary<string, IReadOnlyList<string>> Parse(ReadOnlySpan<byte> json)
    {
        var packages = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json);
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var versions = Versions(ref reader);
            // As it stands: one that is encoded would not be found among ours.
            if (PackageName.TryParse(name, out _))
            {
                packages[name] = packages.TryGetValue(name, out var before) ? [.. before, .. versions] : versions;
            }
        }
        // At its end the reader looks for what must not follow.
        return reader.TokenType is JsonTokenType.EndObject && !reader.Read() ? packages : throw new JsonException();
    }

    private static List<string> Versions(ref Utf8JsonReader reader)
    {
        List<string> versions = [];
        Expect(ref reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType is JsonTokenType.String)
        {
            versions.Add(reader.GetString()!);
        }
        return reader.TokenType is JsonTokenType.EndArray ? versions : throw new JsonException();
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
        {
            throw new JsonException();
        }
    }
}
