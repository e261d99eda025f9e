using System.Security.Cryptography;
using System.Text;
using Assay.Npm;

namespace Assay.Provenance.Keys;

/// <summary>A registry's signature on a version, <c>dist.signatures</c>: ECDSA P-256 with SHA-256, DER, over <c>NAME@VERSION:INTEGRITY</c> (npm 11, pnpm 12).</summary>
public static class VersionSignature
{
    /// <summary>What is signed. The name has no colon and the version no at sign, so that no two versions have one message.</summary>
    public static byte[] Message(PackageName name, string version, Integrity integrity)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Encoding.UTF8.GetBytes($"{name.Value}@{version}:{integrity}");
    }

    /// <summary>Whether the key signed exactly these bytes under this name.</summary>
    public static bool IsValid(ECDsa key, ReadOnlySpan<byte> signature, PackageName name, string version, Integrity integrity)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.VerifyData(Message(name, version, integrity), signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
