using System.Diagnostics;
using System.Security.Cryptography;
using Assay.Provenance.Envelopes;
using Assay.Provenance.Sigstore.Bundles;

namespace Assay.Provenance.Sigstore.Artifacts;

/// <summary>What was signed: that the signature is good, and that it is about what we hold in our hands.</summary>
internal static class SignedArtifact
{
    public static BundleVerdict.Refused? CheckSignature(BundleCase bundleCase)
    {
        if (FindSignedBytes(bundleCase) is { } refused)
        {
            return refused;
        }
        return bundleCase.Key.Verifies(bundleCase.SignedBytes.Span, bundleCase.Bundle.Content.Signature)
            ? null
            : new(BundleRefusalCodes.BadSignature, "The signature does not verify.");
    }

    public static BundleVerdict.Refused? CheckSubject(BundleCase bundleCase)
    {
        if (bundleCase.Bundle.Content is not BundleContent.Envelope envelope)
        {
            return null;
        }
        if (!Statement.TryParse(envelope.Dsse.Payload, out var statement))
        {
            return new(BundleRefusalCodes.StatementMalformed, "The signed statement is not an in-toto statement about exactly one subject.");
        }
        bundleCase.Statement = statement;
        return bundleCase.Expectations.Artifact switch
        {
            ExpectedArtifact.Package package => CheckPackage(statement, package),
            ExpectedArtifact.File file => CheckDigest(statement, "sha256", Convert.ToHexStringLower(SHA256.HashData(file.Content.Span))),
            _ => throw new UnreachableException(),
        };
    }

    private static BundleVerdict.Refused? FindSignedBytes(BundleCase bundleCase)
    {
        switch (bundleCase.Bundle.Content, bundleCase.Expectations.Artifact)
        {
            case (BundleContent.Envelope envelope, _):
                bundleCase.SignedBytes = envelope.Dsse.SignedBytes();
                return null;
            case (BundleContent.Message message, ExpectedArtifact.File file):
                bundleCase.SignedBytes = file.Content;
                return message.Digest.Length == 0 || NamedHash.Matches(message.Algorithm, file.Content.Span, message.Digest)
                    ? null
                    : new(BundleRefusalCodes.DigestMismatch, "The bundle is about other bytes.");
            default:
                return new(BundleRefusalCodes.StatementMalformed, "The bundle signs a file and makes no statement about a version.");
        }
    }

    private static BundleVerdict.Refused? CheckPackage(Statement statement, ExpectedArtifact.Package package)
    {
        var name = PackageUrl.Of(package.Name, package.Version);
        return statement.SubjectName != name
            ? new(BundleRefusalCodes.SubjectMismatch, $"The statement is not about {name}.")
            : CheckDigest(statement, "sha512", package.Integrity.Hex);
    }

    /// <summary>Another algorithm's digest proves nothing about these bytes: the expected one must be there.</summary>
    private static BundleVerdict.Refused? CheckDigest(Statement statement, string algorithm, string expected) =>
        statement.SubjectDigests.GetValueOrDefault(algorithm) == expected
            ? null
            : new(BundleRefusalCodes.DigestMismatch, "The statement is about other bytes.");
}
