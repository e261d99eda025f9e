using System.Text.RegularExpressions;

namespace Assay.EndToEnd.Harness;

/// <summary>The readme, as its reader takes it: commands to run and files to copy.</summary>
internal static class Readme
{
    /// <summary>The address that stands for the reader's registry.</summary>
    public const string Registry = "https://npm.acme.example/";

    private static readonly string Text = System.IO.File.ReadAllText(Path.Combine(Checkout.Root, "README.md"));

    /// <summary>The arguments of the first command that begins so, for a registry at this address.</summary>
    public static string[] Arguments(string start, Uri registry)
    {
        var command = Regex.Match(Text, $"(?:^ *|`){Regex.Escape(start)}([^`\n]*)", RegexOptions.Multiline);
        Assert.True(command.Success, $"The readme has no command that begins with: {start}");

        return [.. (start + command.Groups[1].Value)
            .Replace(Registry, registry.ToString(), StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Select(argument => argument.Trim('\''))];
    }

    /// <summary>The block that begins with the name of the file to put it into.</summary>
    public static string File(string name)
    {
        var block = Regex.Match(
            Text, $"^( *)```\\w*\n *# {Regex.Escape(name)}\n(.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline);
        Assert.True(block.Success, $"The readme has no file {name}");

        return Regex.Replace(block.Groups[2].Value, $"^{block.Groups[1].Value}", "", RegexOptions.Multiline);
    }
}
