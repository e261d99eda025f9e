using Assay.Trust.People;

namespace Assay.Core.Tests.Trust.People;

public sealed class TokenReachTests
{
    [Fact]
    public void A_sign_in_narrows_nothing()
    {
        Assert.Equal(PackageRole.Admin, TokenReach.Everything.LimitFor("@acme/x"));
        Assert.Equal(TokenPermission.Write, TokenReach.Everything.ForOrganisation("acme"));
        Assert.False(TokenReach.Everything.IsReadOnly);
        Assert.False(TokenReach.Everything.BypassesSecondFactor);
    }

    [Theory]
    [InlineData("@acme/x", TokenPermission.Write)]
    [InlineData("@acme/y", TokenPermission.None)]
    [InlineData("@tools/z", TokenPermission.Write)]
    [InlineData("@toolsmith/z", TokenPermission.None)]
    [InlineData("left-pad", TokenPermission.Write)]
    [InlineData("left-pad2", TokenPermission.None)]
    [InlineData("@tools", TokenPermission.Write)]
    public void It_reaches_the_packages_and_scopes_it_names(string package, TokenPermission permission) =>
        Assert.Equal(permission, new TokenReach { Packages = TokenPermission.Write, PackageNames = ["@acme/x", "@tools", "left-pad"] }.ForPackage(package));

    [Fact]
    public void No_names_at_all_is_nothing() =>
        Assert.Equal(TokenPermission.None, new TokenReach { Packages = TokenPermission.Write, PackageNames = [] }.ForPackage("@acme/x"));

    [Theory]
    [InlineData(TokenPermission.None, PackageRole.None)]
    [InlineData(TokenPermission.Read, PackageRole.Read)]
    [InlineData(TokenPermission.Stage, PackageRole.Read)]
    [InlineData(TokenPermission.Write, PackageRole.Admin)]
    public void A_token_that_may_stage_is_for_everything_else_one_for_reading(TokenPermission permission, PackageRole limit) =>
        Assert.Equal(limit, new TokenReach { Packages = permission }.LimitFor("@acme/x"));

    [Fact]
    public void Organisations_are_none_of_its_business_unless_it_says_so()
    {
        Assert.Equal(TokenPermission.None, new TokenReach { Packages = TokenPermission.Write }.ForOrganisation("acme"));
        Assert.Equal(TokenPermission.Read, new TokenReach { Packages = TokenPermission.None, Organisations = TokenPermission.Read, OrganisationNames = ["acme"] }.ForOrganisation("acme"));
        Assert.Equal(TokenPermission.None, new TokenReach { Packages = TokenPermission.None, Organisations = TokenPermission.Read, OrganisationNames = ["acme"] }.ForOrganisation("other"));
    }
}
