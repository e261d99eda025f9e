using System.Security.Cryptography;
using Assay.Provenance.Keys;

namespace Assay.Core.Tests.Provenance.Keys;

public sealed class KeyIdTests
{
    // The two keys that the public npm registry shows.
    [Theory]
    [InlineData(
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1Olb3zMAFFxXKHiIkQO5cJ3Yhl5i6UPp+IhuteBJbuHcA5UogKo0EWtlWwW6KSaKoTNEYL7JlCQiVnkhBktUgg==",
        "SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA")]
    [InlineData(
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEY6Ya7W++7aUPzvMTrezH6Ycx3c+HOKYCcNGybJZSCJq/fd7Qa8uuAKtdIkUQtQiEKERhAmE5lMMJhP8OkDOa2g==",
        "SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U")]
    public void Is_the_name_that_the_public_registry_gives_its_keys(string publicKey, string expected)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(publicKey), out _);

        Assert.Equal(expected, KeyId.Of(key));
    }

    // What ssh-keygen -l says of this key.
    [Fact]
    public void Is_the_name_that_openssh_gives_an_ed25519_key()
    {
        var info = Ed25519PublicKey.ToSubjectPublicKeyInfo(Convert.FromBase64String("UpAG8okwK8tl9YfqXzblKl6KsuTMCyYkNi7VnAuwqRw="));

        Assert.Equal("SHA256:HEFychakECKwUt/J6C99wVAGbxYMIoYW5HFwGC8540U", KeyId.Of(info));
    }
}
