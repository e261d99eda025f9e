using Assay.Trust.People;

namespace Assay.Core.Tests.Trust.People;

public sealed class OrganisationRoleTests
{
    // Null is outside.
    private static readonly OrganisationRole?[] Places = [null, OrganisationRole.Developer, OrganisationRole.Admin, OrganisationRole.Owner];

    private static IEnumerable<(OrganisationRole? From, OrganisationRole? To)> Moves => Places.SelectMany(from => Places, (from, to) => (from, to));

    [Fact]
    public void An_owner_moves_everybody_everywhere() => Assert.All(Moves, move => Assert.True(OrganisationRole.Owner.MayMove(move.From, move.To)));

    [Fact]
    public void An_admin_neither_makes_nor_touches_an_owner() => Assert.All(Moves, move => Assert.Equal(
        move is { From: not OrganisationRole.Owner, To: not OrganisationRole.Owner }, OrganisationRole.Admin.MayMove(move.From, move.To)));

    [Fact]
    public void A_developer_moves_nobody() => Assert.All(Moves, move => Assert.False(OrganisationRole.Developer.MayMove(move.From, move.To)));

    [Fact]
    public void Every_role_is_read_back_from_its_word()
    {
        Assert.All(Enum.GetValues<OrganisationRole>(), role => Assert.Equal(role, OrganisationRoles.Parse(role.Word())));
        Assert.All(Enum.GetValues<ReadCircle>(), circle => Assert.Equal(circle, ReadCircles.Parse(circle.Word())));
        Assert.All([PackageRole.Read, PackageRole.Write, PackageRole.Admin], role => Assert.Equal(role, PackageRoles.Parse(role.Word())));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Owner")]
    [InlineData("none")]
    [InlineData("root")]
    public void Other_words_are_no_roles(string? word)
    {
        Assert.Null(OrganisationRoles.Parse(word));
        Assert.Null(PackageRoles.Parse(word));
        Assert.Null(ReadCircles.Parse(word));
    }

    [Theory]
    [InlineData("read-only", PackageRole.Read)]
    [InlineData("read-write", PackageRole.Write)]
    public void The_words_of_npm_are_understood(string word, PackageRole role)
    {
        Assert.Equal(role, PackageRoles.Parse(word));
        Assert.Equal(word, role.NpmWord());
    }

    [Fact]
    public void The_words_from_a_role_up_are_those_that_include_it()
    {
        Assert.Equal(["read", "write", "admin"], PackageRoles.WordsFrom(PackageRole.None));
        Assert.Equal(["read", "write", "admin"], PackageRoles.WordsFrom(PackageRole.Read));
        Assert.Equal(["admin"], PackageRoles.WordsFrom(PackageRole.Admin));
        Assert.Equal(["members", "public"], ReadCircles.WordsAbove(ReadCircle.Teams));
    }

    [Fact]
    public void An_administrator_of_the_registry_is_as_an_owner_everywhere()
    {
        Assert.Equal(OrganisationRole.Owner, new Standing(1, IsAdministrator: true).PlaceIn(10));
        Assert.Null(new Standing(1, IsAdministrator: false).PlaceIn(10));
    }
}
