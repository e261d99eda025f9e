using System.Collections.Frozen;
using Assay.Provenance.Sigstore.Artifacts;
using Assay.Provenance.Sigstore.Bundles;

namespace Assay.Provenance.Sigstore.Logs.Bodies;

/// <summary>
/// That the entry is about this signature: digest, signature and signer are compared. A proof alone only says that something is in the log.
/// </summary>
internal static class LogBody
{
    private static readonly FrozenDictionary<(string Kind, string Version), Func<ProtoObject, LoggedSignature>> Kinds =
        new Dictionary<(string, string), Func<ProtoObject, LoggedSignature>>
        {
            [("dsse", "0.0.1")] = DsseBody.ReadFirst,
            [("dsse", "0.0.2")] = DsseBody.ReadSecond,
            [("intoto", "0.0.2")] = IntotoBody.Read,
            [("hashedrekord", "0.0.1")] = HashedRekordBody.ReadFirst,
            [("hashedrekord", "0.0.2")] = HashedRekordBody.ReadSecond,
        }.ToFrozenDictionary();

    public static BundleVerdict.Refused? Check(BundleCase bundleCase, UnverifiedLogEntry entry)
    {
        if (!Kinds.TryGetValue((entry.Kind, entry.Version), out var read))
        {
            return new(BundleRefusalCodes.LogBodyUnknown, "The log entry is of a kind that is not known here.");
        }
        return ProtoObject.TryRead(entry.Body, body => Read(body, entry, read), out var logged) && IsAbout(logged, bundleCase)
            ? null
            : new(BundleRefusalCodes.LogBodyMismatch, "The log entry is not about this signature.");
    }

    private static LoggedSignature Read(ProtoObject body, UnverifiedLogEntry entry, Func<ProtoObject, LoggedSignature> read) =>
        body.Text("kind") == entry.Kind && body.Text("apiVersion") == entry.Version
            ? read(body.Object("spec"))
            : throw new MalformedException("the entry is of another kind than the bundle says");

    private static bool IsAbout(LoggedSignature logged, BundleCase bundleCase) =>
        Digested(logged.Digest.Of, bundleCase) is { } data
        && NamedHash.Matches(logged.Digest.Algorithm, data.Span, logged.Digest.Value)
        && bundleCase.Bundle.Content.Signature.AsSpan().SequenceEqual(logged.Signature)
        && logged.Verifier.IsSignerOf(bundleCase);

    private static ReadOnlyMemory<byte>? Digested(DigestOf what, BundleCase bundleCase) => (what, bundleCase.Bundle.Content) switch
    {
        (DigestOf.Payload, BundleContent.Envelope envelope) => envelope.Dsse.Payload,
        (DigestOf.File, BundleContent.Message) or (DigestOf.SignedBytes, _) => bundleCase.SignedBytes,
        _ => null,
    };
}
