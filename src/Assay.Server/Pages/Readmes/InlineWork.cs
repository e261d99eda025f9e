using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Renderers;
using Markdig.Syntax;

namespace Assay.Server.Pages.Readmes;

/// <summary>
/// Bounds what looking for links, code and emphasis may cost. At each sign that might begin one, a parser may look through all the rest of its paragraph; so the
/// cost of a paragraph is at most its signs times its length, and that is known before it begins.
/// </summary>
internal sealed class InlineWork : IMarkdownExtension
{
    /// <summary>About two seconds of the worst that is known; a table of a hundred kilobytes is half of it.</summary>
    private const long Most = 3_000_000_000;

    /// <summary>Rows are made as wide as the widest.</summary>
    private const long MostCells = 100_000;

    private static readonly object Key = new();

    public void Setup(MarkdownPipelineBuilder pipeline)
    {
        foreach (var parser in pipeline.BlockParsers)
        {
            parser.Closed += Count;
        }
    }

    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer)
    {
    }

    private static void Count(BlockProcessor processor, Block block)
    {
        if (block is not LeafBlock { ProcessInlines: true } leaf)
        {
            return;
        }
        var (signs, length, cells) = Measure(leaf);
        if (cells > MostCells)
        {
            throw new TooElaborateException($"The readme has a table of more than {MostCells} cells.");
        }
        var sum = (processor.Document.GetData(Key) as long? ?? 0) + (signs * length);
        processor.Document.SetData(Key, sum);
        if (sum > Most)
        {
            throw new TooElaborateException("The readme has paragraphs that are too long for what is in them.");
        }
    }

    private static (long Signs, long Length, long Cells) Measure(LeafBlock leaf)
    {
        var (signs, length, widest) = (0L, 0L, 0L);
        foreach (var line in leaf.Lines.Lines.AsSpan(0, leaf.Lines.Count))
        {
            var text = line.Slice.AsSpan();
            length += text.Length + 1;
            widest = Math.Max(widest, text.Count('|'));
            foreach (var character in text)
            {
                signs += character.IsAsciiPunctuation() ? 1 : 0;
            }
        }
        return (signs, length, widest * leaf.Lines.Count);
    }
}
