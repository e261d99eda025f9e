using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Assay.Trust.Linting.Files;

/// <summary>Why a file could not be read, and where.</summary>
internal sealed record ReadProblem(string Text, int Line);

/// <summary>
/// Reads YAML by its events, within limits: a few hundred bytes of aliases can stand for gigabytes, and brackets nest for free.
/// </summary>
internal sealed class WorkflowReader
{
    private const int MaximumDepth = 40;
    private const int MaximumAliases = 64;
    private const int MaximumSize = 20_000;
    private const int MaximumDocuments = 4;

    private readonly Parser parser;
    private readonly Dictionary<string, WorkflowNode> anchors = [];
    private int aliases;
    private int size;

    private WorkflowReader(string text) => parser = new Parser(new StringReader(text));

    /// <summary>The file's documents, or null with the reason.</summary>
    public static IReadOnlyList<WorkflowNode>? Read(string text, out ReadProblem problem)
    {
        problem = new ReadProblem("", 1);
        var reader = new WorkflowReader(text);
        try
        {
            return reader.ReadDocuments();
        }
        catch (YamlException failure)
        {
            problem = new ReadProblem($"The file cannot be read: {failure.Message}", (int)failure.Start.Line);
            return null;
        }
    }

    private int Line => (int)(parser.Current?.Start.Line ?? 1);

    private List<WorkflowNode> ReadDocuments()
    {
        List<WorkflowNode> documents = [];
        while (Next())
        {
            if (parser.Current is DocumentStart)
            {
                Next();
                anchors.Clear();
                documents.Add(ReadNode(depth: 0));
                Limit(documents.Count <= MaximumDocuments, $"it has more than {MaximumDocuments} documents.");
            }
        }
        return documents;
    }

    // Begins on the node's first event and ends on its last one.
    private WorkflowNode ReadNode(int depth)
    {
        Limit(depth <= MaximumDepth, $"it is nested deeper than {MaximumDepth} levels.");
        var (line, anchor, start) = (Line, Anchor(), parser.Current);
        var node = start switch
        {
            AnchorAlias alias => Resolve(alias),
            NodeEvent { Tag: { IsEmpty: false, Value: "!reference" } } tagged => Skip(tagged, depth),
            Scalar scalar => WorkflowNode.OfText(line, scalar.Value),
            SequenceStart => WorkflowNode.OfItems(line, ReadItems(depth)),
            MappingStart => WorkflowNode.OfMembers(line, ReadMembers(depth)),
            _ => WorkflowNode.OfText(line, ""),
        };
        size += start is AnchorAlias || node.Text is not null ? node.Size : 1;
        Limit(size <= MaximumSize, $"it has more than {MaximumSize} values, aliases written out.");
        if (anchor is not null)
        {
            anchors[anchor] = node;
        }
        return node;
    }

    private List<WorkflowNode> ReadItems(int depth)
    {
        List<WorkflowNode> items = [];
        while (Next() && parser.Current is not SequenceEnd)
        {
            items.Add(ReadNode(depth + 1));
        }
        return items;
    }

    private List<(string Key, WorkflowNode Value)> ReadMembers(int depth)
    {
        List<(string Key, WorkflowNode Value)> members = [];
        List<WorkflowNode> merged = [];
        while (Next() && parser.Current is not MappingEnd)
        {
            var key = ReadNode(depth + 1);
            Next();
            var value = ReadNode(depth + 1);
            if (key.Text == "<<")
            {
                merged.AddRange(value.IsList ? value.Items : [value]);
            }
            else if (key.Text is { } name)
            {
                members.Add((name, value));
            }
        }
        // What the map says itself wins over what it takes over: members are looked up from the first.
        return [.. members, .. merged.SelectMany(map => map.Members)];
    }

    private WorkflowNode Resolve(AnchorAlias alias)
    {
        Limit(++aliases <= MaximumAliases, $"it has more than {MaximumAliases} aliases.");
        return anchors.GetValueOrDefault(alias.Value.Value) ?? WorkflowNode.Elsewhere(Line);
    }

    private WorkflowNode Skip(NodeEvent tagged, int depth)
    {
        if (tagged is SequenceStart)
        {
            ReadItems(depth);
        }
        else if (tagged is MappingStart)
        {
            ReadMembers(depth);
        }
        return WorkflowNode.Elsewhere((int)tagged.Start.Line);
    }

    private string? Anchor() => parser.Current is NodeEvent { Anchor.IsEmpty: false } node ? node.Anchor.Value : null;

    private bool Next()
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception failure) when (failure is not YamlException)
        {
            // The parser has states in which garbage is not a syntax error to it but a broken assumption; to us it is the same.
            throw new YamlException(Mark.Empty, Mark.Empty, "it is not YAML", failure);
        }
    }

    private void Limit(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new YamlException(parser.Current?.Start ?? Mark.Empty, parser.Current?.End ?? Mark.Empty, otherwise);
        }
    }
}
