using System.Text.Json.Nodes;

namespace Assay.Npm;

/// <summary>What came of reading the body of a PUT: <see cref="Accepted"/> or <see cref="Refused"/>.</summary>
public abstract record PublishReading
{
    private PublishReading()
    {
    }

    public sealed record Accepted(PublishDocument Document) : PublishReading;

    public sealed record Refused(PublishProblem Problem) : PublishReading;
}

/// <summary>
/// A body without its tarball. Bodies that change a package (deprecate, unpublish, owners, stars) have no tarball at all.
/// </summary>
/// <param name="Json">The whole document; the tarball's <c>data</c> is the empty string, other attachments are complete.</param>
/// <param name="Tarball">The attachment that was streamed away, or null.</param>
/// <param name="OtherAttachments">The rest, such as a <c>.sigstore</c> bundle.</param>
public sealed record PublishDocument(JsonObject Json, AttachedTarball? Tarball, IReadOnlyList<OtherAttachment> OtherAttachments);

/// <summary>The tarball's entry in the document: its key, the length the client declared, and the bytes that came.</summary>
public sealed record AttachedTarball(string Key, long? DeclaredLength, long ActualLength);

/// <summary>An attachment that is text of its own kind, not base64.</summary>
public sealed record OtherAttachment(string Key, string? ContentType, string Data);

/// <summary>Why a body is refused: a stable code in kebab-case, and a text for the publisher.</summary>
public sealed record PublishProblem(string Code, string Text);
