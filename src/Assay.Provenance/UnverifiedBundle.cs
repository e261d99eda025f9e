using System.Diagnostics.CodeAnalysis;
using System.Text;
using Assay.Provenance.Envelopes;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Bundles;

namespace Assay.Provenance;

/// <summary>
/// A well-formed Sigstore bundle that nobody has vouched for. It serves to refuse in words that help, never to store or to show; the rest stays
/// inside until <see cref="BundleVerification"/> has checked it.
/// </summary>
public sealed class UnverifiedBundle
{
    internal UnverifiedBundle(string mediaType, BundleVersion version, BundleContent content, BundleMaterial material)
    {
        MediaType = mediaType;
        Version = version;
        Content = content;
        Material = material;
        Subject = content is BundleContent.Envelope envelope && Statement.TryParse(envelope.Dsse.Payload, out var statement)
            ? statement.SubjectName
            : "";
    }

    /// <summary>E.g. <c>application/vnd.dev.sigstore.bundle.v0.3+json</c>.</summary>
    public string MediaType { get; }

    /// <summary>The package URL of the statement's only subject; empty where there is no such statement.</summary>
    public string Subject { get; }

    internal BundleVersion Version { get; }

    internal BundleContent Content { get; }

    internal BundleMaterial Material { get; }

    internal IReadOnlyList<UnverifiedLogEntry> LogEntries { get; init; } = [];

    internal IReadOnlyList<byte[]> Timestamps { get; init; } = [];

    /// <summary>Reads a bundle (v0.1 to v0.3) around an in-toto statement or a message signature.</summary>
    public static bool TryParse(
        string json, [NotNullWhen(true)] out UnverifiedBundle? bundle, [NotNullWhen(false)] out BundleVerdict.Refused? refused)
    {
        ArgumentNullException.ThrowIfNull(json);
        bundle = null;
        if (json.Length > BundleLimits.Default.Characters)
        {
            refused = new(BundleRefusalCodes.TooLarge, $"The bundle is longer than {BundleLimits.Default.Characters} characters.");
            return false;
        }
        refused = ProtoObject.TryRead(Encoding.UTF8.GetBytes(json), BundleReader.Read, out bundle)
            ? null
            : new(BundleRefusalCodes.Malformed, "This is not a Sigstore bundle of version 0.1, 0.2 or 0.3 with one signature.");
        return refused is null;
    }
}
