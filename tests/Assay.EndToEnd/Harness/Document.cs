using System.Text.RegularExpressions;

namespace Assay.EndToEnd.Harness;

/// <summary>A page of the documentation, as its reader takes it: commands to run, files to copy, and blocks that are marked for a test.</summary>
internal sealed class Document(string path)
{
    /// <summary>The address that stands for the reader's registry.</summary>
    public const string Registry = "https://npm.acme.example/";

    public string Text { get; } = System.IO.File.ReadAllText(Path.Combine(Checkout.Root, path));

    /// <summary>The arguments of the first command that begins so, for a registry at this address.</summary>
    public string[] Arguments(string start, Uri registry)
    {
        var command = Regex.Match(Text, $"(?:^ *|`){Regex.Escape(start)}([^`\n]*)", RegexOptions.Multiline);
        Assert.True(command.Success, $"{path} has no command that begins with: {start}");

        return [.. (start + command.Groups[1].Value)
            .Replace(Registry, registry.ToString(), StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Select(argument => argument.Trim('\''))];
    }

    /// <summary>The block that begins with the name of the file to put it into.</summary>
    public string File(string name) => FindBlock($"\\w*\n *(?:#|//) {Regex.Escape(name)}") ?? throw Missing($"file {name}");

    /// <summary>The block whose fence is marked so, such as <c>sh exchange</c>.</summary>
    public string Block(string mark) => FindBlock(Regex.Escape(mark)) ?? throw Missing($"block marked '{mark}'");

    public bool HasBlock(string mark) => FindBlock(Regex.Escape(mark)) is not null;

    private string? FindBlock(string start)
    {
        var block = Regex.Match(Text, $"^( *)```{start}\n(.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline);

        return block.Success ? Regex.Replace(block.Groups[2].Value, $"^{block.Groups[1].Value}", "", RegexOptions.Multiline) : null;
    }

    private Xunit.Sdk.XunitException Missing(string what) => new($"{path} has no {what}");
}
