using System.Text;
using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class NpmTokenTests
{
    [Fact]
    public void Has_the_layout_that_secret_scanners_know()
    {
        var text = Token(seed: 1).Reveal();

        Assert.Matches("^npm_[0-9A-Za-z]{36}$", text);
        Assert.Equal(Base62OfCrc32(text[4..34]), text[34..]);
    }

    [Fact]
    public void Reads_a_thousand_tokens_that_it_made()
    {
        var texts = Enumerable.Range(0, 1000).Select(seed => Token(seed).Reveal()).ToList();

        Assert.All(texts, text => Assert.True(NpmToken.TryParse(text, out var token) && token.Reveal() == text));
        Assert.Equal(1000, texts.Distinct().Count());
    }

    [Fact]
    public void Refuses_every_token_with_one_character_changed()
    {
        var text = Token(seed: 2).Reveal();

        for (var at = 0; at < text.Length; at++)
        {
            var changed = text[..at] + (text[at] == 'a' ? 'b' : 'a') + text[(at + 1)..];
            Assert.False(NpmToken.TryParse(changed, out _), changed);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("npm_")]
    [InlineData("ghp_000000000000000000000000000000000000")]
    [InlineData("npm_00000000000000000000000000000000000é")]
    public void Refuses_what_is_no_token(string? text) => Assert.False(NpmToken.TryParse(text, out _));

    [Fact]
    public void Uses_all_of_its_alphabet_evenly()
    {
        var counts = Enumerable.Range(0, 2000).SelectMany(seed => Token(seed).Reveal()[4..34]).CountBy(character => character).ToList();

        Assert.Equal(62, counts.Count);
        Assert.All(counts, count => Assert.InRange(count.Value, 800, 1150));
    }

    [Fact]
    public void Does_not_print_its_secret()
    {
        var token = Token(seed: 3);

        Assert.Equal($"{token.Reveal()[..8]}…{token.Reveal()[^4..]}", $"{token}");
    }

    [Fact]
    public void Wants_all_of_its_randomness() => Assert.Throws<ArgumentException>(() => NpmToken.Create(new byte[31]));

    [Fact]
    public void Is_looked_up_by_its_hash()
    {
        var token = Token(seed: 4);
        Dictionary<TokenHash, string> owners = new() { [token.Hash] = "alice" };

        Assert.Equal("alice", owners[TokenHash.Of(token.Reveal())]);
        Assert.Equal("alice", owners[TokenHash.FromBytes(token.Hash.ToArray())]);
        Assert.False(owners.ContainsKey(Token(seed: 5).Hash));
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(token.Reveal())), token.Hash.ToArray());
        Assert.DoesNotContain(Convert.ToHexStringLower(token.Hash.ToArray()), token.Hash.ToString(), StringComparison.Ordinal);
    }

    private static NpmToken Token(int seed)
    {
        var bytes = new byte[NpmToken.RandomBytes];
        new Random(seed).NextBytes(bytes);
        return NpmToken.Create(bytes);
    }

    // Bit by bit, so that it shares nothing with the code it checks.
    private static string Base62OfCrc32(string text)
    {
        var crc = uint.MaxValue;
        foreach (var value in Encoding.ASCII.GetBytes(text))
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        crc = ~crc;
        var digits = "";
        for (var place = 0; place < 6; place++, crc /= 62)
            digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[(int)(crc % 62)] + digits;
        return digits;
    }
}
