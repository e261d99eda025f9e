using System.Security.Cryptography;
using System.Text;
using Assay.Npm;
using Assay.Provenance.Keys;

namespace Assay.Core.Tests.Provenance.Keys;

public sealed class VersionSignatureTests : IDisposable
{
    private static readonly Integrity Bytes = Integrity.FromSha512(SHA512.HashData("tarball"u8));

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => key.Dispose();

    [Fact]
    public void Is_over_name_version_and_integrity()
    {
        var message = VersionSignature.Message(Name("@acme/x"), "1.0.0-beta.1", Bytes);

        Assert.Equal($"@acme/x@1.0.0-beta.1:{Bytes}", Encoding.UTF8.GetString(message));
    }

    [Theory]
    [InlineData("@acme/x", "1.0.0", "tarball", true)]
    [InlineData("@acme/y", "1.0.0", "tarball", false)]
    [InlineData("@acme/x", "1.0.1", "tarball", false)]
    [InlineData("@acme/x", "1.0.0", "other", false)]
    public void Holds_for_what_was_signed_alone(string name, string version, string bytes, bool isValid)
    {
        var signature = key.SignData(VersionSignature.Message(Name("@acme/x"), "1.0.0", Bytes), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

        Assert.Equal(isValid, VersionSignature.IsValid(key, signature, Name(name), version, Integrity.FromSha512(SHA512.HashData(Encoding.UTF8.GetBytes(bytes)))));
    }

    private static PackageName Name(string text) => PackageName.TryParse(text, out var name) ? name : throw new ArgumentException(text);
}
