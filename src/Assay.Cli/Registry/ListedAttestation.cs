using System.Text.Json;

namespace Assay.Cli.Registry;

/// <summary>An attestation as the registry lists it.</summary>
internal sealed record ListedAttestation(string PredicateType, string Bundle, bool IsByKey)
{
    public const int LongestAnswer = 16 << 20;

    public static IReadOnlyList<ListedAttestation> Read(JsonElement root) => root.GetProperty("attestations") is var list && list.GetArrayLength() > 0
        ? [.. list.EnumerateArray().Select(ReadOne)]
        : throw new FormatException("An empty list is to be no answer at all.");

    private static ListedAttestation ReadOne(JsonElement entry)
    {
        var bundle = entry.GetProperty("bundle");
        return new(entry.Text("predicateType"), bundle.GetRawText(), bundle.GetProperty("verificationMaterial").Optional("publicKey") is not null);
    }
}
