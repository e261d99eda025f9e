using Assay.Trust.People;

namespace Assay.Core.Tests.Trust.People;

public sealed class ScopeReadersTests
{
    [Theory]
    [InlineData(ReadCircle.Members, ReadCircle.Members, ReadCircle.Members, ReadCircle.Members)]
    [InlineData(ReadCircle.Members, ReadCircle.Public, ReadCircle.Members, ReadCircle.Public)]
    [InlineData(ReadCircle.Public, ReadCircle.Members, ReadCircle.Public, ReadCircle.Public)]
    public void A_scope_of_which_nothing_is_said_is_as_the_registry(ReadCircle read, ReadCircle ceiling, ReadCircle usual, ReadCircle highest) =>
        Assert.Equal(new ScopeReaders(usual, highest), ScopeReaders.Of(read, ceiling, null, null));

    [Theory]
    [InlineData(ReadCircle.Teams)]
    [InlineData(ReadCircle.Members)]
    public void What_a_scope_says_counts_before_the_registry(ReadCircle readers) =>
        Assert.Equal(new ScopeReaders(readers, ReadCircle.Public), ScopeReaders.Of(ReadCircle.Public, ReadCircle.Public, readers, null));

    [Fact]
    public void Nothing_is_usual_beyond_the_ceiling_of_the_scope()
    {
        Assert.Equal(new ScopeReaders(ReadCircle.Teams, ReadCircle.Teams), ScopeReaders.Of(ReadCircle.Public, ReadCircle.Public, null, ReadCircle.Teams));
        Assert.Equal(new ScopeReaders(ReadCircle.Members, ReadCircle.Members), ScopeReaders.Of(ReadCircle.Public, ReadCircle.Public, ReadCircle.Public, ReadCircle.Members));
    }

    [Fact]
    public void Readers_of_a_scope_do_not_exceed_the_ceiling_of_the_registry() =>
        Assert.Equal(ReadCircle.Members, ScopeReaders.Of(ReadCircle.Members, ReadCircle.Members, ReadCircle.Public, null).Usual);

    [Fact]
    public void A_scope_can_be_opened_further_than_the_registry() =>
        Assert.True(ScopeReaders.Of(ReadCircle.Members, ReadCircle.Members, null, ReadCircle.Public).Allows(ReadCircle.Public));

    [Theory]
    [InlineData(ReadCircle.Public, ReadCircle.Members)]
    [InlineData(ReadCircle.Members, ReadCircle.Members)]
    [InlineData(ReadCircle.Teams, ReadCircle.Teams)]
    public void Restricted_is_never_public_and_never_wider_than_usual(ReadCircle usual, ReadCircle restricted) =>
        Assert.Equal(restricted, new ScopeReaders(usual, ReadCircle.Public).Restricted);
}
