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

    private static readonly Dictionary<string, TokenReach> Reaches = new()
    {
        ["sign-in"] = TokenReach.Everything,
        ["writes all"] = new() { Packages = TokenPermission.Write },
        ["reads all"] = new() { Packages = TokenPermission.Read },
        ["stages all"] = new() { Packages = TokenPermission.Stage },
        ["writes x"] = new() { Packages = TokenPermission.Write, PackageNames = ["@acme/x"] },
        ["stages x"] = new() { Packages = TokenPermission.Stage, PackageNames = ["@acme/x"] },
        ["reads scope"] = new() { Packages = TokenPermission.Read, PackageNames = ["@acme"] },
        ["writes other"] = new() { Packages = TokenPermission.Write, PackageNames = ["@other"] },
        ["writes org"] = new() { Packages = TokenPermission.None, Organisations = TokenPermission.Write, OrganisationNames = ["acme"] },
        ["reads org"] = new() { Packages = TokenPermission.None, Organisations = TokenPermission.Read, OrganisationNames = ["acme"] },
        ["nothing"] = new() { Packages = TokenPermission.None },
        ["no names"] = new() { Packages = TokenPermission.Write, PackageNames = [], Organisations = TokenPermission.Write, OrganisationNames = [] },
    };

    /// <summary>Each act with <c>@acme/x</c> or the organisation <c>acme</c>, in the order of the columns.</summary>
    [Theory]
    [InlineData("sign-in", "read stage write | all | read-org write-org | changes")]
    [InlineData("writes all", "read stage write | all | | changes")]
    [InlineData("reads all", "read | all | |")]
    [InlineData("stages all", "read stage | all | | changes")]
    [InlineData("writes x", "read stage write | | | changes")]
    [InlineData("stages x", "read stage | | | changes")]
    [InlineData("reads scope", "read | | |")]
    [InlineData("writes other", "| | | changes")]
    [InlineData("writes org", "| | read-org write-org | changes")]
    [InlineData("reads org", "| | read-org |")]
    [InlineData("nothing", "| | |")]
    [InlineData("no names", "| | | changes")]
    public void It_does_these_acts_and_no_other(string reach, string acts)
    {
        var token = Reaches[reach];

        Assert.Equal(acts.Split('|').Select(part => part.Trim()), Done(token));
    }

    [Theory]
    [InlineData("writes all", null, "")]
    [InlineData("reads scope", "@acme", "")]
    [InlineData("writes org", "", "acme")]
    [InlineData("reads org", "", "acme")]
    [InlineData("nothing", "", "")]
    [InlineData("sign-in", null, null)]
    public void What_it_may_look_at_is_a_list_or_all(string reach, string? packages, string? organisations)
    {
        Assert.Equal(packages, Reaches[reach].ReadablePackages is { } names ? string.Join(' ', names) : null);
        Assert.Equal(organisations, Reaches[reach].ReadableOrganisations is { } orgs ? string.Join(' ', orgs) : null);
    }

    private static IEnumerable<string> Done(TokenReach token)
    {
        var limit = token.LimitFor("@acme/x");
        yield return Joined((limit >= PackageRole.Read, "read"), (token.MayStage("@acme/x"), "stage"), (limit >= PackageRole.Write, "write"));
        yield return Joined((token.ReadsAllPackages, "all"));
        yield return Joined((token.ForOrganisation("acme") >= TokenPermission.Read, "read-org"), (token.ForOrganisation("acme") >= TokenPermission.Write, "write-org"));
        yield return Joined((!token.IsReadOnly, "changes"));
    }

    private static string Joined(params (bool Holds, string Word)[] acts) => string.Join(' ', acts.Where(act => act.Holds).Select(act => act.Word));
}
