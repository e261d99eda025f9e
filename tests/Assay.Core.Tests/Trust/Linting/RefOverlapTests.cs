using Assay.Trust.Linting.Files;
using Assay.Trust.Policies;
using CsCheck;

namespace Assay.Core.Tests.Trust.Linting;

public sealed class RefOverlapTests
{
    private static readonly Gen<string> Patterns =
        Gen.Int[0, 5].Array[0, 8].Select(atoms => string.Concat(atoms.Select(atom => new[] { "a", "b", "/", "*", "**", "v" }[atom])).Replace("***", "**", StringComparison.Ordinal));

    private static readonly Gen<string> Refs = Gen.Int[0, 3].Array[0, 8].Select(atoms => string.Concat(atoms.Select(atom => "ab/v"[atom])));

    [Theory]
    [InlineData("refs/tags/v*", "refs/tags/v*", true)]
    [InlineData("refs/tags/v*", "refs/tags/**", true)]
    [InlineData("refs/tags/v*", "refs/heads/**", false)]
    [InlineData("refs/tags/v*", "refs/tags/release-*", false)]
    [InlineData("refs/tags/v*", "refs/tags/*-v1", true)]
    [InlineData("refs/tags/{name}@{version}", "refs/tags/@acme/*", true)]
    [InlineData("refs/tags/v{version}", "refs/tags/v[0-9]+.[0-9]+", true)]
    [InlineData("refs/tags/v1?", "refs/tags/v", true)]
    [InlineData("refs/heads/main", "refs/heads/main", true)]
    [InlineData("refs/heads/main", "refs/heads/maintenance", false)]
    public void Two_patterns_overlap_when_one_ref_can_match_both(string one, string other, bool overlap)
    {
        Assert.Equal(overlap, RefOverlap.Exists(one, other));
        Assert.Equal(overlap, RefOverlap.Exists(other, one));
    }

    [Fact]
    public void A_ref_that_matches_both_is_never_overlooked() =>
        Gen.Select(Patterns, Patterns, Refs).Sample((one, other, name) =>
            !Matches(one, name) || !Matches(other, name) || RefOverlap.Exists(one, other), iter: 20_000);

    private static bool Matches(string pattern, string name) => RefPattern.TryParse(pattern, out var parsed, out _) && parsed.Matches(name);
}
