using Assay.Server.Data;

namespace Assay.Server.Operations;

/// <summary>The file that a backup is written to: beside its name until it is whole, and nobody else's to read.</summary>
internal sealed class BackupFile(string path)
{
    private const int BufferBytes = 128 * 1024;

    public string Path => path;

    public string Part => path + ".part";

    /// <summary>Null when it can be begun.</summary>
    public string? Problem()
    {
        if (!System.IO.Path.IsPathFullyQualified(path) || Directory.Exists(path))
        {
            return $"'{path}' is not a path of a file.";
        }
        if (File.Exists(path))
        {
            return $"{path} is there already, and a backup overwrites nothing. Choose another name, or move it away.";
        }
        return Directory.Exists(System.IO.Path.GetDirectoryName(path)) ? PartProblem() : $"There is no directory {System.IO.Path.GetDirectoryName(path)} to write {path} to.";
    }

    // Private keys are written to it: somebody else may have put it there, to read them, or to have them written elsewhere.
    private string? PartProblem()
    {
        var part = new FileInfo(Part);
        if (part.LinkTarget is not null || Directory.Exists(Part))
        {
            return $"{Part} is not a file of its own, and is left alone. Move it away, or choose another name.";
        }
        return !part.Exists || OperatingSystem.IsWindows() || File.GetUnixFileMode(Part) == PrivateFile.OnlyOwner
            ? null
            : $"{Part} has not the mode 0600 that a backup begins with, and is left alone. Move it away, or choose another name.";
    }

    public FileStream OpenPart()
    {
        var how = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = BufferBytes };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = PrivateFile.OnlyOwner;
        }
        return new FileStream(Part, how);
    }

    /// <summary>What was written becomes the backup, and stays it after a power cut.</summary>
    public void Complete()
    {
        File.Move(Part, path);
        DurableDirectory.Flush(System.IO.Path.GetDirectoryName(path)!);
    }
}
