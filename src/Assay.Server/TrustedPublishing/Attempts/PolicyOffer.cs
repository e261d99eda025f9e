using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Packages;
using Assay.Trust.Policies;
using Assay.Trust.Providers;

namespace Assay.Server.TrustedPublishing;

/// <summary>What came of the wish to make a policy of an attempt. A draft stands in the form in which it can be posted.</summary>
internal abstract record PolicyOffer
{
    public const string ReviewNeeded = "policy-needs-review";

    public abstract JsonAnswer ToAnswer();

    internal sealed record Denied(Denial Denial) : PolicyOffer
    {
        public override JsonAnswer ToAnswer() => Denial.ToAnswer();
    }

    internal sealed record Created(PolicyView View, string Notice) : PolicyOffer
    {
        public override JsonAnswer ToAnswer()
        {
            var shown = PolicyAnswers.Of(View);
            shown["notice"] = Notice;
            return new JsonAnswer(StatusCodes.Status201Created, shown) { Notice = Notice };
        }
    }

    /// <param name="Policy">The draft.</param>
    /// <param name="Definition">Of its provider.</param>
    /// <param name="Review">Why a person has to look at it first; null when one request makes it.</param>
    internal sealed record Previewed(TrustPolicy Policy, ProviderDefinition Definition, string? Review) : PolicyOffer
    {
        /// <summary>The review is because nothing around trusts the run's owner.</summary>
        public bool IsOwnerUnknown { get; init; }

        public override JsonAnswer ToAnswer() => JsonAnswer.Ok(WithDraft(new JsonObject { ["review"] = Review }, Definition, Policy));
    }

    internal sealed record NeedsReview(TrustPolicy Policy, ProviderDefinition Definition, string Review) : PolicyOffer
    {
        public override JsonAnswer ToAnswer()
        {
            var body = NpmError.Body(ReviewNeeded, $"{Review} Look at the draft, and post it if it says what you mean.");
            body["review"] = Review;
            return new JsonAnswer(StatusCodes.Status409Conflict, WithDraft(body, Definition, Policy));
        }
    }

    private static JsonObject WithDraft(JsonObject body, ProviderDefinition definition, TrustPolicy policy)
    {
        body["draft"] = PolicyDocument.Write(policy, note: "");
        body["gate"] = Gate.Describe(definition, policy);
        return body;
    }
}
