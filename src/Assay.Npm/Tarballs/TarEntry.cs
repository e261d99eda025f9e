namespace Assay.Npm;

/// <summary>An entry whose path and kind were judged; its bytes have not been read.</summary>
internal readonly record struct TarEntry(EntryPath Path, long Size, int Mode)
{
    public bool IsFile => !Path.IsDirectory;
}
