namespace Assay.EndToEnd.Harness;

/// <summary>The readme.</summary>
internal static class Readme
{
    /// <inheritdoc cref="Document.Registry"/>
    public const string Registry = Document.Registry;

    private static readonly Document Page = new("README.md");

    /// <inheritdoc cref="Document.Arguments"/>
    public static string[] Arguments(string start, Uri registry) => Page.Arguments(start, registry);

    /// <inheritdoc cref="Document.File"/>
    public static string File(string name) => Page.File(name);
}
