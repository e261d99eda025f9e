using System.Security.Cryptography;
using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class IntegrityTests
{
    private static readonly byte[] Digest = SHA512.HashData("tarball"u8);
    private static readonly string Text = "sha512-" + Convert.ToBase64String(Digest);

    [Fact]
    public void Reads_what_it_writes()
    {
        var integrity = Integrity.FromSha512(Digest);

        Assert.Equal(Text, integrity.ToString());
        Assert.Equal(Convert.ToHexStringLower(Digest), integrity.Hex);
        Assert.True(Integrity.TryParse(Text, out var read));
        Assert.Equal(integrity, read);
        Assert.Equal(integrity.GetHashCode(), read.GetHashCode());
        Assert.Equal(Digest, read.Digest.ToArray());
    }

    [Fact]
    public void Picks_the_strong_hash_of_several()
    {
        Assert.True(Integrity.TryParse($"sha1-{Convert.ToBase64String(new byte[20])}  {Text}?note", out var read));

        Assert.Equal(Integrity.FromSha512(Digest), read);
    }

    [Fact]
    public void Differs_by_a_single_bit()
    {
        byte[] other = [.. Digest];
        other[63] ^= 1;

        Assert.NotEqual(Integrity.FromSha512(Digest), Integrity.FromSha512(other));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha512-")]
    [InlineData("sha512-AAAA")]
    [InlineData("sha1-qvTGHdzF6KLavt4PO0gs2a6pQ00=")]
    public void Refuses_what_has_no_whole_sha512(string? text) => Assert.False(Integrity.TryParse(text, out _));

    [Fact]
    public void Refuses_a_second_spelling_of_the_same_digest()
    {
        var stray = Text[..^3] + (char)(Text[^3] + 1) + "==";

        Assert.False(Integrity.TryParse(stray, out _));
    }

    [Fact]
    public void Refuses_a_digest_of_another_length() => Assert.Throws<ArgumentException>(() => Integrity.FromSha512(new byte[32]));

    [Fact]
    public void Writes_a_shasum_in_small_letters()
    {
        const string text = "a9993e364706816aba3e25717850c26c9cd0d89d";
        var shasum = Shasum.FromSha1(Convert.FromHexString(text));

        Assert.Equal(text, shasum);
        Assert.True(Shasum.TryParse(shasum.ToUpperInvariant(), out var read));
        Assert.Equal(shasum, read);
        Assert.False(Shasum.TryParse(shasum[1..], out _));
        Assert.False(Shasum.TryParse("g" + shasum[1..], out _));
    }
}
