using System.Collections.Frozen;
using Assay.Trust.People;

namespace Assay.Core.Tests.Trust.People;

public sealed class PackageAccessTests
{
    private const long Alice = 1;
    private const long Acme = 10;
    private const long Other = 11;
    private const long Devs = 20;
    private const long Ops = 21;

    private static readonly PackageAccess OfAcme = new(ReadCircle.Teams) { Organisation = Acme };

    [Theory]
    [InlineData(ReadCircle.Public, PackageRole.Read)]
    [InlineData(ReadCircle.Members, PackageRole.None)]
    [InlineData(ReadCircle.Teams, PackageRole.None)]
    public void Nobody_in_particular_reads_what_is_public(ReadCircle readers, PackageRole role) =>
        Assert.Equal(role, new PackageAccess(readers).RoleOf(null));

    [Theory]
    [InlineData(ReadCircle.Public, PackageRole.Read)]
    [InlineData(ReadCircle.Members, PackageRole.Read)]
    [InlineData(ReadCircle.Teams, PackageRole.None)]
    public void A_person_without_a_role_reads_what_is_open_to_members(ReadCircle readers, PackageRole role) =>
        Assert.Equal(role, new PackageAccess(readers).RoleOf(Person()));

    [Fact]
    public void An_administrator_of_the_registry_is_admin_of_everything() =>
        Assert.Equal(PackageRole.Admin, OfAcme.RoleOf(new Standing(Alice, IsAdministrator: true)));

    [Fact]
    public void An_owner_is_admin_of_the_package() =>
        Assert.Equal(PackageRole.Admin, (OfAcme with { Owners = [Alice] }).RoleOf(Person()));

    [Theory]
    [InlineData(Acme, OrganisationRole.Owner, PackageRole.Admin)]
    [InlineData(Acme, OrganisationRole.Admin, PackageRole.Admin)]
    [InlineData(Acme, OrganisationRole.Developer, PackageRole.None)]
    [InlineData(Other, OrganisationRole.Owner, PackageRole.None)]
    public void The_organisation_of_the_scope_counts_and_no_other(long organisation, OrganisationRole held, PackageRole role) =>
        Assert.Equal(role, OfAcme.RoleOf(Person() with { Organisations = Frozen((organisation, held)) }));

    [Fact]
    public void In_a_scope_without_an_organisation_no_organisation_counts() =>
        Assert.Equal(PackageRole.None, new PackageAccess(ReadCircle.Teams).RoleOf(Person() with { Organisations = Frozen((Acme, OrganisationRole.Owner)) }));

    [Fact]
    public void The_highest_role_of_a_persons_teams_counts()
    {
        var package = OfAcme with { Teams = Frozen((Devs, PackageRole.Read), (Ops, PackageRole.Write)) };

        Assert.Equal(PackageRole.Read, package.RoleOf(Person() with { Teams = [Devs] }));
        Assert.Equal(PackageRole.Write, package.RoleOf(Person() with { Teams = [Devs, Ops] }));
        Assert.Equal(PackageRole.None, package.RoleOf(Person() with { Teams = [99] }));
    }

    [Fact]
    public void A_team_that_may_read_takes_nothing_from_who_reads_anyway()
    {
        var package = new PackageAccess(ReadCircle.Members) { Teams = Frozen((Devs, PackageRole.None)) };

        Assert.Equal(PackageRole.Read, package.RoleOf(Person() with { Teams = [Devs] }));
    }

    [Theory]
    [InlineData(PackageRole.None, PackageRole.None)]
    [InlineData(PackageRole.Read, PackageRole.Read)]
    [InlineData(PackageRole.Admin, PackageRole.Admin)]
    public void A_token_narrows_its_person(PackageRole limit, PackageRole role) =>
        Assert.Equal(role, (OfAcme with { Owners = [Alice] }).RoleOf(Person(), limit));

    [Fact]
    public void A_token_gives_nothing_that_its_person_has_not() =>
        Assert.Equal(PackageRole.None, OfAcme.RoleOf(Person(), PackageRole.Admin));

    private static Standing Person() => new(Alice, IsAdministrator: false);

    private static FrozenDictionary<long, T> Frozen<T>(params (long Key, T Value)[] entries) => entries.ToFrozenDictionary(entry => entry.Key, entry => entry.Value);
}
