using System.Collections.Concurrent;
using Assay.Provenance.Log;

namespace Assay.Core.Tests.Provenance.Log;

/// <summary>The definitions of RFC 6962, sections 2.1.1 and 2.1.2, word for word: slow, and nothing like the code under test.</summary>
internal sealed class NaiveTree(IReadOnlyList<LogHash> leaves)
{
    private readonly ConcurrentDictionary<(int, int), LogHash> known = [];

    public LogHash Root(int size) => size == 0 ? LogHash.EmptyTree : Hash(0, size);

    public IReadOnlyList<LogHash> Path(int index, int size) => Path(index, 0, size);

    public IReadOnlyList<LogHash> Proof(int oldSize, int newSize) => oldSize == 0 ? [] : SubProof(oldSize, 0, newSize, true);

    private LogHash Hash(int start, int end)
    {
        if (!known.TryGetValue((start, end), out var hash))
        {
            var k = start + Split(end - start);
            hash = end - start == 1 ? leaves[start] : LogHash.OfNode(Hash(start, k), Hash(k, end));
            known[(start, end)] = hash;
        }
        return hash;
    }

    private List<LogHash> Path(int m, int start, int end)
    {
        if (end - start == 1)
        {
            return [];
        }
        var k = Split(end - start);
        return m < k
            ? [.. Path(m, start, start + k), Hash(start + k, end)]
            : [.. Path(m - k, start + k, end), Hash(start, start + k)];
    }

    private List<LogHash> SubProof(int m, int start, int end, bool isWhole)
    {
        if (m == end - start)
        {
            return isWhole ? [] : [Hash(start, end)];
        }
        var k = Split(end - start);
        return m <= k
            ? [.. SubProof(m, start, start + k, isWhole), Hash(start + k, end)]
            : [.. SubProof(m - k, start + k, end, false), Hash(start, start + k)];
    }

    private static int Split(int size)
    {
        var k = 1;
        while (k * 2 < size)
        {
            k *= 2;
        }
        return k;
    }
}
