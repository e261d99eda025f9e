using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Renderers;

namespace Assay.Server.Pages.Readmes;

/// <summary>Markdown as readmes are written (CommonMark with tables, task lists, footnotes, bare addresses, strikethrough) to HTML that nobody has checked yet.</summary>
internal static class MarkdownHtml
{
    private const int LeastRoom = 64 * 1024;
    private const int Growth = 6;

    // What the parser does for a heading or a definition grows with the number of blocks around it.
    private const int MostLines = 40_000;
    private const int MostDefinitions = 5_000;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseTaskLists()
        .UseAutoLinks()
        .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough)
        .UseFootnotes()
        .Use<InlineWork>()
        .Build();

    /// <exception cref="TooElaborateException">It nests too deeply, or grows too much, or would take too long.</exception>
    public static string Of(string text)
    {
        CheckLines(text);
        using var writer = new BoundedWriter(LeastRoom + (Growth * text.Length));
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        try
        {
            renderer.Render(Markdown.Parse(text, Pipeline));
        }
        // The one exception of its own that the parser has: a depth limit.
        catch (ArgumentException failure)
        {
            throw new TooElaborateException(failure.Message);
        }
        return writer.ToString();
    }

    private static void CheckLines(string text)
    {
        var (lines, definitions) = (0, 0);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            lines++;
            definitions += line.Contains("]:", StringComparison.Ordinal) ? 1 : 0;
        }
        if (lines > MostLines || definitions > MostDefinitions)
        {
            throw new TooElaborateException($"The readme has more than {MostLines} lines or {MostDefinitions} definitions.");
        }
    }
}
