using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Renderers;

namespace Assay.Server.Pages.Readmes;

/// <summary>Markdown as readmes are written (CommonMark with tables, task lists, footnotes, bare addresses, strikethrough) to HTML that nobody has checked yet.</summary>
internal static class MarkdownHtml
{
    private const int LeastRoom = 64 * 1024;
    private const int Growth = 6;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseTaskLists()
        .UseAutoLinks()
        .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough)
        .UseFootnotes()
        .Build();

    /// <exception cref="TooElaborateException">It nests too deeply, or grows too much.</exception>
    public static string Of(string text)
    {
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
}
