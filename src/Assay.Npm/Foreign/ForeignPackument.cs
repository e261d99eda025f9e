using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Assay.Npm;

/// <summary>A package's full document as another registry wrote it. It is kept as bytes; of each version only what decisions need is read.</summary>
public sealed class ForeignPackument
{
    internal ForeignPackument(PackageName name) => Name = name;

    public PackageName Name { get; }

    /// <summary>In the document's order.</summary>
    public IReadOnlyList<ForeignVersion> Versions { get; internal init; } = [];

    public IReadOnlyDictionary<string, string> DistTags { get; internal init; } = new Dictionary<string, string>();

    /// <summary>When the package was made and last changed there; null when the document does not say.</summary>
    public DateTimeOffset? Created { get; internal init; }

    public DateTimeOffset? Modified { get; internal init; }

    /// <summary>The descriptive members of the document, with their values as they stand there.</summary>
    internal IReadOnlyList<(string Name, ReadOnlyMemory<byte> Value)> Others { get; init; } = [];

    /// <summary>Bytes of the document.</summary>
    public long Size { get; internal init; }

    /// <summary>False when it is no document of this package; the problem is a sentence's end.</summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> utf8, PackageName name, [NotNullWhen(true)] out ForeignPackument? packument, [NotNullWhen(false)] out string? problem)
    {
        packument = null;
        try
        {
            packument = Utf8.IsValid(utf8.Span) ? ForeignReader.Read(utf8, name) : throw new JsonException("it is not UTF-8");
            problem = null;
        }
        catch (JsonException refused)
        {
            problem = refused.Message;
        }
        return problem is null;
    }
}
