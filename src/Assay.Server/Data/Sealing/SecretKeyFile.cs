namespace Assay.Server.Data.Sealing;

/// <summary>The file with the key of sealed secrets, mode 0600.</summary>
internal sealed class SecretKeyFile(string path)
{
    public string Path { get; } = path;

    public bool IsThere => File.Exists(Path);

    /// <summary>Null when there is no such file.</summary>
    /// <exception cref="SecretsUnavailable">Others may read it, it cannot be read, or it holds no key.</exception>
    public SecretKey? Read()
    {
        if (!IsThere)
        {
            return null;
        }
        if (PrivateFile.IsOpenToOthers(Path))
        {
            throw new SecretsUnavailable($"Others may read the key of sealed secrets, {Path}. Run: chmod 600 {Path}");
        }
        try
        {
            return SecretKey.Parse(File.ReadAllText(Path))
                ?? throw new SecretsUnavailable($"{Path} holds no key of sealed secrets. Put the right file back.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SecretsUnavailable($"Cannot read the key of sealed secrets, {Path}: {failure.Message}");
        }
    }

    /// <summary>The key that is there, or a new one; on the disk when it returns, whole or not at all.</summary>
    /// <exception cref="SecretsUnavailable">It cannot be kept.</exception>
    public SecretKey ReadOrMake()
    {
        if (Read() is { } known)
        {
            return known;
        }
        var (folder, made) = (System.IO.Path.GetDirectoryName(Path)!, SecretKey.Create());
        var part = $"{Path}.part";
        try
        {
            DataDirectory.CreatePrivate(folder);
            File.Delete(part);
            PrivateFile.Write(part, made.ToText());
            File.Move(part, Path, overwrite: false);
            DurableDirectory.Flush(folder);
            return made;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SecretsUnavailable($"Cannot keep the key of sealed secrets in {folder}: {failure.Message}");
        }
    }
}
