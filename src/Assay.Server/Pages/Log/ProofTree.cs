using Assay.Provenance.Log;

namespace Assay.Server.Pages;

/// <summary>A node of the drawing: the middle of its box, and what stands in it.</summary>
internal sealed record DrawnNode(int X, int Y, string Class, string Name, string Hash);

/// <summary>The way from a leaf to the root, drawn from the root down. Only the path is in it, so that a log of a million leaves takes twenty rows and fits a narrow screen.</summary>
internal sealed class ProofTree
{
    public const int Width = 360;
    public const int HalfBox = 54;
    public const int HalfHeight = 20;

    private const int Row = 72;
    private const int Top = 28;
    private const int Middle = 180;
    private const int Left = 60;
    private const int Right = 300;
    private const int Shown = 9;

    private readonly List<DrawnNode> nodes = [];
    private readonly List<(DrawnNode From, DrawnNode To)> lines = [];

    public ProofTree(SeenProof proof)
    {
        Proof = proof;
        Height = Top * 2 + proof.Steps.Count * Row;
        var below = Add(Middle, proof.Steps.Count, "leaf", $"leaf {proof.Index}", proof.Leaf);
        foreach (var (place, step) in proof.Steps.Index())
        {
            var row = proof.Steps.Count - place;
            var isRoot = place == proof.Steps.Count - 1;
            var sibling = Add(step.IsSiblingLeft ? Left : Right, row, "sibling", Range(step.SiblingFirst, step.SiblingEnd), step.Sibling);
            var node = Add(Middle, row - 1, isRoot ? "root" : "node", isRoot ? "root" : Range(step.NodeFirst, step.NodeEnd), step.Node);
            lines.Add((node, below));
            lines.Add((node, sibling));
            below = node;
        }
    }

    public SeenProof Proof { get; }

    public int Height { get; }

    public IReadOnlyList<DrawnNode> Nodes => nodes;

    public IReadOnlyList<(DrawnNode From, DrawnNode To)> Lines => lines;

    /// <summary>Which leaves a node stands for.</summary>
    public static string Range(long first, long end) => end - first == 1 ? $"leaf {first}" : $"{first} – {end - 1}";

    private DrawnNode Add(int x, int row, string kind, string name, LogHash hash)
    {
        var node = new DrawnNode(x, Top + row * Row, kind, name, hash.ToString()[..Shown] + "…");
        nodes.Add(node);
        return node;
    }
}

/// <summary>An inclusion proof with what it computes.</summary>
internal sealed record SeenProof(long Index, long Size, LogHash Leaf, IReadOnlyList<ProofStep> Steps)
{
    public LogHash Root => Steps.Count == 0 ? Leaf : Steps[^1].Node;
}
