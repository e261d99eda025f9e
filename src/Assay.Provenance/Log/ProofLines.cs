using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Assay.Provenance.Log;

/// <summary>The hashes of a proof, one to a line, and the empty line after them: in receipts and in requests to witnesses alike.</summary>
internal static class ProofLines
{
    // No proof in a tree of fewer than 2^63 leaves is longer; c2sp.org/tlog-witness forbids more.
    private const int MostLines = 63;

    public static void Write(StringBuilder text, IReadOnlyList<LogHash> hashes)
    {
        foreach (var hash in hashes)
        {
            text.Append(hash).Append('\n');
        }
        text.Append('\n');
    }

    public static bool TryRead(ref LineReader lines, [NotNullWhen(true)] out IReadOnlyList<LogHash>? hashes)
    {
        hashes = null;
        var read = new List<LogHash>();
        while (lines.TryRead(out var line))
        {
            if (line.IsEmpty)
            {
                hashes = read;
                return true;
            }
            if (read.Count == MostLines || !LogHash.TryParse(line, out var hash))
            {
                return false;
            }
            read.Add(hash);
        }
        return false;
    }
}
