using System.Security.Cryptography;
using Assay.Npm;

namespace Assay.Core.Tests.Npm.Foreign;

#pragma warning disable CA5350 // What versions of before 2017 have.
public sealed class PromisedDigestTests
{
    private static readonly byte[] Bytes = "tarball"u8.ToArray();

    [Theory]
    [InlineData("SHA512")]
    [InlineData("SHA384")]
    [InlineData("SHA256")]
    [InlineData("SHA1")]
    public void A_digest_of_each_kind_is_read_and_kept_by_its_bytes_alone(string algorithm)
    {
        var name = new HashAlgorithmName(algorithm);
        var digest = CryptographicOperations.HashData(name, Bytes);

        Assert.True(PromisedDigest.TryRead($"{algorithm.ToLowerInvariant()}-{Convert.ToBase64String(digest)}", null, out var promised));

        Assert.Equal(name, promised.Algorithm);
        Assert.True(promised.IsKeptBy(digest));
        digest[0] ^= 1;
        Assert.False(promised.IsKeptBy(digest));
    }

    [Fact]
    public void The_strongest_counts_and_the_weaker_ones_do_not()
    {
        var (strong, weak) = (SHA512.HashData(Bytes), SHA1.HashData("other"u8.ToArray()));

        Assert.True(PromisedDigest.TryRead($"sha1-{Convert.ToBase64String(weak)} sha512-{Convert.ToBase64String(strong)}", Convert.ToHexStringLower(weak), out var promised));

        Assert.Equal(HashAlgorithmName.SHA512, promised.Algorithm);
    }

    [Fact]
    public void Several_of_one_strength_are_alternatives()
    {
        var (one, other) = (SHA512.HashData("one"u8), SHA512.HashData("other"u8));

        Assert.True(PromisedDigest.TryRead($"sha512-{Convert.ToBase64String(one)}?x sha512-{Convert.ToBase64String(other)}", null, out var promised));

        Assert.True(promised.IsKeptBy(one));
        Assert.True(promised.IsKeptBy(other));
    }

    [Fact]
    public void A_shasum_is_what_there_is_when_there_is_nothing_else()
    {
        Assert.True(PromisedDigest.TryRead(null, Convert.ToHexString(SHA1.HashData(Bytes)), out var promised));

        Assert.True(promised.IsKeptBy(SHA1.HashData(Bytes)));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    [InlineData("md5-AAAA", null)]
    [InlineData("sha512-AAAA", null)]
    [InlineData("sha512-!", "abc")]
    public void What_promises_nothing_is_no_promise(string? integrity, string? shasum) => Assert.False(PromisedDigest.TryRead(integrity, shasum, out _));
}
