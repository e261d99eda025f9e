using System.Security.Cryptography;
using System.Text;
using Assay.Provenance.Tuf;

namespace Assay.Core.Tests.Provenance.Tuf;

public sealed class TufRootTests
{
    // Of the public registry, with the id that TUF's JavaScript library gives it.
    private const string SomeKey =
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEY6Ya7W++7aUPzvMTrezH6Ycx3c+HOKYCcNGybJZSCJq/fd7Qa8uuAKtdIkUQtQiEKERhAmE5lMMJhP8OkDOa2g==";

    private readonly TestTuf tuf = new();

    [Fact]
    public void A_key_is_named_by_the_hash_of_its_canonical_form()
    {
        Assert.True(TufKey.TryCreate(Convert.FromBase64String(SomeKey), out var key));

        Assert.Equal("dcbb9fffd93f74a89b248e8c0378edcdea8d546a892b3571d051f703bde7e507", key.Id);
    }

    [Fact]
    public void Keys_of_other_curves_are_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.False(TufKey.TryCreate(p384.ExportSubjectPublicKeyInfo(), out _));
        Assert.False(TufKey.TryCreate("no key"u8, out _));
    }

    [Fact]
    public void Its_own_key_has_the_root_and_the_online_key_everything_else()
    {
        var signed = TestTuf.Json(tuf.FirstRoot.ToBytes())["signed"]!;

        Assert.Equal(("root", "1.0.31", 1), ((string?)signed["_type"], (string?)signed["spec_version"], (int)signed["version"]!));
        Assert.Equal("2036-11-24T12:00:00Z", (string?)signed["expires"]);
        Assert.True((bool)signed["consistent_snapshot"]!);
        Assert.Equal(
            [("root", tuf.Root.Key.Id), ("targets", tuf.Online.Key.Id), ("snapshot", tuf.Online.Key.Id), ("timestamp", tuf.Online.Key.Id)],
            signed["roles"]!.AsObject().Select(role => (role.Key, (string)role.Value!["keyids"]!.AsArray().Single()!)));
        Assert.Equal([tuf.Root.Key.Id, tuf.Online.Key.Id], signed["keys"]!.AsObject().Select(key => key.Key));
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        var written = tuf.FirstRoot;

        Assert.True(TufRoot.TryRead(written.ToBytes(), out var read));

        Assert.Equal(
            (written.Version, written.Expires, written.RootKey.Id, written.OnlineKey.Id),
            (read.Version, read.Expires, read.RootKey.Id, read.OnlineKey.Id));
        Assert.True(written.ToBytes().Span.SequenceEqual(read.ToBytes().Span));
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2")]
    [InlineData("2036", "2037")]
    [InlineData("\"_type\": \"root\"", "\"_type\": \"toor\"")]
    [InlineData("\"sig\": \"30", "\"sig\": \"xx")]
    [InlineData("BEGIN PUBLIC", "BEGIN PRIVATE")]
    [InlineData("\"keyids\": [", "\"keyids\": [\"one more\", ")]
    [InlineData("{", "")]
    public void A_changed_file_is_not_read(string found, string replaced)
    {
        var text = Encoding.UTF8.GetString(tuf.FirstRoot.ToBytes().Span);
        var at = text.IndexOf(found, StringComparison.Ordinal);

        Assert.False(TufRoot.TryRead(Encoding.UTF8.GetBytes(text[..at] + replaced + text[(at + found.Length)..]), out _));
    }

    [Fact]
    public void The_next_one_is_signed_by_the_old_key_and_by_the_new()
    {
        var (newRoot, newOnline) = (TestTuf.Signer(), TestTuf.Signer());

        var next = tuf.FirstRoot.Next(tuf.Root, newRoot, newOnline.Key, TestTuf.Now.AddYears(11));

        Assert.Equal((2, newRoot.Key.Id, newOnline.Key.Id), (next.Version, next.RootKey.Id, next.OnlineKey.Id));
        Assert.Equal(
            [newRoot.Key.Id, tuf.Root.Key.Id], TestTuf.Json(next.ToBytes())["signatures"]!.AsArray().Select(signature => (string)signature!["keyid"]!));
    }

    [Fact]
    public void A_key_that_stays_signs_once()
    {
        var next = tuf.FirstRoot.Next(tuf.Root, tuf.Root, tuf.Online.Key, TestTuf.Now.AddYears(11));

        Assert.Single(TestTuf.Json(next.ToBytes())["signatures"]!.AsArray());
    }

    [Fact]
    public void Another_key_cannot_make_the_next_one() => Assert.Throws<ArgumentException>(
        () => tuf.FirstRoot.Next(TestTuf.Signer(), tuf.Root, tuf.Online.Key, TestTuf.Now.AddYears(11)));

    [Fact]
    public void The_online_key_signs_no_roots() =>
        Assert.Throws<ArgumentException>(() => TufRoot.First(tuf.Online, tuf.Online.Key, TestTuf.Now.AddYears(10)));

    [Fact]
    public void A_signer_that_does_not_sign_is_noticed() => Assert.Throws<CryptographicException>(
        () => TufRoot.First(tuf.Root with { Sign = tuf.Online.Sign }, tuf.Online.Key, TestTuf.Now.AddYears(10)));
}
