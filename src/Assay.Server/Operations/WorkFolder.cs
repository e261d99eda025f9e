using System.Security.Cryptography;
using Assay.Server.Data;

namespace Assay.Server.Operations;

/// <summary>A place in the staging directory for one piece of work; gone with it, or with the next start.</summary>
internal sealed class WorkFolder : IDisposable
{
    public WorkFolder(DataDirectory directory)
    {
        Path = System.IO.Path.Combine(directory.StagingDirectory, RandomNumberGenerator.GetHexString(32, lowercase: true));
        DataDirectory.CreatePrivate(Path);
    }

    public string Path { get; }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
