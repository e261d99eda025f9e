using Assay.Provenance.Log.Notes;
using Assay.Server.Data;

namespace Assay.Server.Transparency;

/// <summary>A witness that the operator named.</summary>
internal sealed record Witness(Uri Url, WitnessKey Key)
{
    /// <exception cref="StartRefused">An address or a key is none.</exception>
    public static IReadOnlyList<Witness> ReadAll(LogOptions options) => [.. options.Witnesses.Select(Read)];

    private static Witness Read(WitnessOptions witness, int place)
    {
        var name = $"{LogOptions.Section}:Witnesses:{place}";
        if (!Uri.TryCreate(witness.Url.TrimEnd('/') + "/", UriKind.Absolute, out var url) || !(url.Scheme == "https" || url is { Scheme: "http", IsLoopback: true }))
        {
            throw new StartRefused($"Wrong configuration value for {name}:Url: '{witness.Url}' is not an https URL.");
        }
        return NoteKey.TryParse(witness.Key, out var key) && key is WitnessKey known
            ? new Witness(url, known)
            : throw new StartRefused($"Wrong configuration value for {name}:Key: it is not the verifier key of a witness, NAME+ID+KEY with a key of type 4 (c2sp.org/tlog-cosignature).");
    }
}
