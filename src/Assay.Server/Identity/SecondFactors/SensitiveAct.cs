using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Trust.People;

namespace Assay.Server.Identity;

/// <summary>What is asked for a second factor: words for the person, and a digest of exactly what would be done.</summary>
/// <param name="Words">Goes on with "to …": <c>publish @acme/x@1.0.0</c>. No secrets.</param>
/// <param name="Digest">Another act, another digest. Method and path are bound besides.</param>
internal sealed record SensitiveAct(string Words, ReadOnlyMemory<byte> Digest)
{
    /// <summary>The packages, scopes and patterns that it is done to; empty for what is done to none. They may demand more of it.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>The organisation whose people or teams it changes, and with them who may do what in its scopes; null for none.</summary>
    public string? Organisation { get; init; }

    /// <summary>Whether codes count whatever the registry asks elsewhere: for one's own factors, so that whoever has codes alone can add a passkey.</summary>
    public bool TakesAnyFactor { get; init; }

    /// <summary>Whether a token that was made to do without a second factor is enough. Not unless its room says so.</summary>
    public bool MayBeBypassed { get; init; }

    /// <summary>An act that its room lets be proved so.</summary>
    public SensitiveAct ProvedBy(PublishProof proof) => this with { MayBeBypassed = proof is PublishProof.Token };

    /// <summary>An act that is done to these, besides those that were named before.</summary>
    public SensitiveAct On(params IEnumerable<string> targets) => this with { Targets = [.. Targets, .. targets] };

    /// <summary>An act that its parts describe.</summary>
    public static SensitiveAct Of(string words, params ReadOnlySpan<string?> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            // Each with its length, so that no two lists of parts are the same bytes.
            var bytes = Encoding.UTF8.GetBytes(part ?? "");
            BinaryPrimitives.WriteInt32BigEndian(length, part is null ? -1 : bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
        return new SensitiveAct(words, hash.GetHashAndReset());
    }

    /// <summary>An act that the request's body describes.</summary>
    public static SensitiveAct Of(string words, JsonNode? body) => Of(words, [body?.ToJsonString()]);
}
