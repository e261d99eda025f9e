using Assay.Trust.People;

namespace Assay.Core.Tests.Trust.People;

public sealed class PublishLockTests
{
    [Theory]
    [InlineData(null, null, PublishLock.SecondFactorOrOidc)]
    [InlineData(PublishLock.TokensAllowed, null, PublishLock.TokensAllowed)]
    [InlineData(null, PublishLock.OidcOnly, PublishLock.OidcOnly)]
    [InlineData(PublishLock.TokensAllowed, PublishLock.OidcOnly, PublishLock.OidcOnly)]
    [InlineData(PublishLock.OidcOnly, PublishLock.TokensAllowed, PublishLock.OidcOnly)]
    public void The_stricter_lock_counts(PublishLock? package, PublishLock? scope, PublishLock held) =>
        Assert.Equal(held, PublishLocks.Of(package, scope, PublishLock.SecondFactorOrOidc));

    [Theory]
    [InlineData(PublishLock.TokensAllowed, PublishProof.Token, true)]
    [InlineData(PublishLock.TokensAllowed, PublishProof.SecondFactor, true)]
    [InlineData(PublishLock.TokensAllowed, PublishProof.Oidc, true)]
    [InlineData(PublishLock.SecondFactorOrOidc, PublishProof.Token, false)]
    [InlineData(PublishLock.SecondFactorOrOidc, PublishProof.SecondFactor, true)]
    [InlineData(PublishLock.SecondFactorOrOidc, PublishProof.Oidc, true)]
    [InlineData(PublishLock.OidcOnly, PublishProof.Token, false)]
    [InlineData(PublishLock.OidcOnly, PublishProof.SecondFactor, false)]
    [InlineData(PublishLock.OidcOnly, PublishProof.Oidc, true)]
    public void A_lock_asks_for_its_proof_or_a_stronger_one(PublishLock held, PublishProof proof, bool isAllowed) =>
        Assert.Equal(isAllowed, held.Allows(proof));

    [Theory]
    [InlineData(PublishLock.TokensAllowed)]
    [InlineData(PublishLock.SecondFactorOrOidc)]
    [InlineData(PublishLock.OidcOnly)]
    public void Its_word_is_read_back(PublishLock held) => Assert.Equal(held, PublishLocks.Parse(held.Word()));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("OIDC-ONLY")]
    [InlineData("none")]
    public void No_other_word_is_a_lock(string? word) => Assert.Null(PublishLocks.Parse(word));
}
