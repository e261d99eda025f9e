namespace Assay.Npm;

/// <summary>
/// Where in the document the scanner stands: which containers are open, whether a string would be a key, and the keys on the way to
/// an attachment.
/// </summary>
internal sealed class DocumentPath
{
    /// <summary>Room for a package's whole document around manifests that may be 64 deep themselves.</summary>
    public const int MaxDepth = 128;

    private readonly bool[] isObject = new bool[MaxDepth + 1];
    private readonly string?[] keys = new string?[4];

    public int Depth { get; private set; }

    public bool ExpectsKey { get; private set; }

    /// <summary>Whether the value that comes next is the data of an attached tarball.</summary>
    public bool IsAtTarballData =>
        Depth == 3 && !ExpectsKey && isObject[1] && isObject[2] && isObject[3]
        && keys[1] == "_attachments" && IsTarball(keys[2]) && keys[3] == "data";

    public string AttachmentKey => keys[2] ?? "";

    public static bool IsTarball(string? key) => key is not null && key.EndsWith(".tgz", StringComparison.Ordinal);

    public void Open(bool asObject)
    {
        if (Depth == MaxDepth)
            throw new PublishRefusedException("too-deep", $"The document is nested more than {MaxDepth} levels deep.");
        isObject[++Depth] = asObject;
        ExpectsKey = asObject;
        if (Depth < keys.Length)
            keys[Depth] = null;
    }

    public void Close()
    {
        // More closings than openings: the parser will say so.
        if (Depth > 0)
            Depth--;
        ExpectsKey = false;
    }

    public void Separate() => ExpectsKey = Depth > 0 && isObject[Depth];

    public bool NeedsKey => Depth < keys.Length;

    public void Key(string? key)
    {
        if (NeedsKey)
            keys[Depth] = key;
        ExpectsKey = false;
    }
}
