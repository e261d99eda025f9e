using Assay.Provenance;

namespace Assay.Core.Tests.Provenance;

public sealed class SourceRepositoryTests
{
    private const string Certified = "https://github.com/acme/x";

    [Theory]
    [InlineData("https://github.com/acme/x")]
    [InlineData("git+https://github.com/acme/x.git")]
    [InlineData("git+ssh://git@github.com/acme/x.git")]
    [InlineData("git://github.com/acme/x.git")]
    [InlineData("https://GitHub.com/acme/x/")]
    [InlineData("git+https://github.com/acme/x.git#main")]
    public void One_repository_has_many_spellings(string declared) => Assert.True(SourceRepository.IsNamedBy(Certified, declared));

    [Theory]
    [InlineData("https://github.com/acme/X")]
    [InlineData("https://github.com/Acme/x")]
    [InlineData("https://github.com/acme/x/y")]
    [InlineData("https://github.com/acme/x.git.git")]
    [InlineData("https://github.com/acme")]
    [InlineData("https://github.com.evil.example/acme/x")]
    [InlineData("https://github.com@evil.example/acme/x")]
    [InlineData("https://github.com:8443/acme/x")]
    [InlineData("https://github.com/acme/x?y")]
    [InlineData("file:///acme/x")]
    [InlineData("acme/x")]
    [InlineData("")]
    [InlineData(null)]
    public void Another_one_is_not_it(string? declared) => Assert.False(SourceRepository.IsNamedBy(Certified, declared));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Two_that_say_nothing_do_not_agree(string? nothing) => Assert.False(SourceRepository.IsNamedBy(nothing, nothing));
}
