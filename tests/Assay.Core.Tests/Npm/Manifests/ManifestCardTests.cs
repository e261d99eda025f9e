using System.Text;
using Assay.Npm;

namespace Assay.Core.Tests.Npm.Manifests;

public sealed class ManifestCardTests
{
    [Fact]
    public void What_lists_show_is_read()
    {
        var card = Card("""
            {"name":"x","description":" Pads ","keywords":["a","b"],"license":"MIT","homepage":"https://x.example/","author":{"name":"Jane Doe","email":"j@x.example"},
            "repository":{"type":"git","url":"git+https://github.com/o/r.git"},"bugs":{"url":"https://github.com/o/r/issues"}}
            """);

        Assert.Equal(("Pads", "MIT", "Jane Doe"), (card.Description, card.License, card.AuthorName));
        Assert.Equal(["a", "b"], card.Keywords);
        Assert.Equal(("https://x.example/", "https://github.com/o/r", "https://github.com/o/r/issues"), (card.Homepage, card.Repository, card.Bugs));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"description":"\ud83d"}""")]
    [InlineData("""{"description":5,"keywords":"x","license":[],"homepage":{},"repository":"x","bugs":"y","author":"z","dependencies":[]}""")]
    [InlineData("""{"description":" ","keywords":[1,null,{}],"license":{"type":{}},"repository":{"url":7},"author":{"name":[]}}""")]
    public void What_is_not_there_or_something_else_is_left_out(string manifest)
    {
        var card = Card(manifest);

        Assert.Equal((null, null, null), (card.Description, card.License, card.AuthorName));
        Assert.Equal((null, null, null), (card.Homepage, card.Repository, card.Bugs));
        Assert.Empty(card.Keywords);
        Assert.Empty(card.Dependencies);
    }

    [Theory]
    [InlineData("https://x.example/a", "https://x.example/a")]
    [InlineData("git+https://gitlab.com/a/b/c.git", "https://gitlab.com/a/b/c")]
    [InlineData("git+ssh://git@github.com/o/r.git", "https://github.com/o/r")]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("data:text/html,x", null)]
    [InlineData("file:///etc/passwd", null)]
    [InlineData("https://user:secret@x.example/", null)]
    [InlineData("git://github.com/o/r.git", null)]
    [InlineData("o/r", null)]
    public void Only_addresses_on_the_web_are_links(string url, string? link)
    {
        Assert.Equal(link, Card($$$"""{"repository":{"url":"{{{url}}}"}}""").Repository);
    }

    [Fact]
    public void Texts_are_plain_and_bounded()
    {
        var card = Card($$"""{"description":"a\u0000b\u001b[31mc","keywords":["{{new string('k', 500)}}"],"license":"{{new string('😀', 500)}}"}""");

        Assert.Equal("a b [31mc", card.Description);
        Assert.Equal(100, Assert.Single(card.Keywords).Length);
        Assert.Equal(100, card.License!.Length);
    }

    [Fact]
    public void What_it_needs_where_it_is_installed_is_read_and_what_it_is_developed_with_is_not()
    {
        var card = Card("""
            {"dependencies":{"a":"^1","both":"1","alias":"npm:@s/real@^2.0.0","plain":"npm:other","not a name":"1","maybe":"2","git":"github:o/r"},
            "peerDependencies":{"react":">=18","both":"2"},"optionalDependencies":{"maybe":"2"},"devDependencies":{"test":"1"}}
            """);

        Assert.Equal(
            ["@s/real ^2.0.0 Runtime", "a ^1 Runtime", "both 1 Runtime", "git github:o/r Runtime", "maybe 2 Optional", "other * Runtime", "react >=18 Peer"],
            card.Dependencies.Select(needed => $"{needed.Name} {needed.Range} {needed.Kind}").Order(StringComparer.Ordinal));
    }

    private static ManifestCard Card(string manifest) => ManifestCard.Read(Encoding.UTF8.GetBytes(manifest));
}
