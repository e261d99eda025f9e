using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Assay.Cli.Lockfiles;

/// <summary>
/// YAML as package managers write it: maps, lists and text. Anchors and tags are refused, so that a small file cannot become a large tree, and
/// of two members with one name nobody can see another than somebody else does.
/// </summary>
internal abstract record YamlTree
{
    private const int Deepest = 32;

    private YamlTree()
    {
    }

    public sealed record Map(IReadOnlyDictionary<string, YamlTree> Members) : YamlTree
    {
        public Map? MapAt(string name) => Members.GetValueOrDefault(name) as Map;

        public string? TextAt(string name) => (Members.GetValueOrDefault(name) as Text)?.Value;
    }

    public sealed record Text(string Value) : YamlTree;

    public sealed record List : YamlTree;

    /// <summary>The documents of a file; those that are no maps are left out.</summary>
    public static IReadOnlyList<Map> Read(string yaml)
    {
        try
        {
            var parser = new Parser(new Scanner(new StringReader(yaml), skipComments: true));
            parser.Consume<StreamStart>();
            var documents = new List<Map>();
            while (parser.TryConsume<DocumentStart>(out _))
            {
                if (ReadNode(parser, 0) is Map map)
                {
                    documents.Add(map);
                }
                parser.Consume<DocumentEnd>();
            }
            return documents;
        }
        catch (YamlException)
        {
            throw new LockfileRefused("It is not the YAML that package managers write.");
        }
    }

    private static YamlTree ReadNode(Parser parser, int depth)
    {
        if (depth > Deepest || parser.Current is NodeEvent { Anchor.IsEmpty: false } or AnchorAlias)
        {
            throw new LockfileRefused("It is nested deeper than lockfiles are, or has anchors.");
        }
        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return new Text(scalar.Value);
        }
        return parser.TryConsume<MappingStart>(out _) ? ReadMap(parser, depth) : ReadList(parser, depth);
    }

    private static Map ReadMap(Parser parser, int depth)
    {
        var members = new Dictionary<string, YamlTree>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var name = parser.Consume<Scalar>().Value;
            if (!members.TryAdd(name, ReadNode(parser, depth + 1)))
            {
                throw new LockfileRefused("A member stands in it twice.");
            }
        }
        return new Map(members);
    }

    // Nothing that is asked for stands in a list.
    private static List ReadList(Parser parser, int depth)
    {
        parser.Consume<SequenceStart>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            ReadNode(parser, depth + 1);
        }
        return new List();
    }
}
