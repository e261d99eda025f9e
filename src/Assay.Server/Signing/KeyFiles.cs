using System.Security.Cryptography;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.Extensions.Options;

namespace Assay.Server.Signing;

/// <summary>Private keys as files that nobody else may read: PKCS#8 in PEM, mode 0600.</summary>
internal sealed class KeyFiles(DataDirectory data, IOptions<SigningOptions> options) : IKeyHolder
{
    private const int NameBytes = 6;

    private string Folder { get; } = Path.GetFullPath(options.Value.KeysDirectory, data.Path);

    /// <summary>Returns once the key's bytes and its place are on the disk.</summary>
    /// <exception cref="StartRefused">The directory cannot be written.</exception>
    public NewKey Make(string purpose)
    {
        var key = FileKey.Create(KeyPurpose.AlgorithmOf(purpose));
        var name = $"{purpose}-{Convert.ToHexStringLower(SHA256.HashData(key.PublicKey).AsSpan(0, NameBytes))}.pem";
        try
        {
            DataDirectory.CreatePrivate(Folder);
            PrivateFile.Write(Path.Combine(Folder, name), key.ToPem() + "\n");
            DurableDirectory.Flush(Folder);
            return new NewKey(purpose, key.PublicKey, name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefused($"Cannot keep a private key in {Folder}: {failure.Message}");
        }
    }

    public void Forget(string handle) => File.Delete(PlaceOf(handle));

    public string PlaceOf(string handle) => Path.Combine(Folder, handle);

    public string RemedyFor(string handle) =>
        "Copy it from the node that has it, with mode 0600, or give all nodes one directory (Assay:Signing:KeysDirectory).";

    public IPrivateKey? Find(SigningKeyRow row)
    {
        var path = PlaceOf(row.Handle);
        if (!File.Exists(path))
        {
            return null;
        }
        if (PrivateFile.IsOpenToOthers(path))
        {
            throw new StartRefused($"Others may read the private key {path}. Run: chmod 600 {path} - and if they may have, rotate it: ./run admin key rotate {row.Purpose}");
        }
        try
        {
            return FileKey.Read(KeyPurpose.AlgorithmOf(row.Purpose), File.ReadAllText(path));
        }
        catch (Exception failure) when (failure is ArgumentException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefused($"Cannot read the private key {path}: {failure.Message}");
        }
    }
}
