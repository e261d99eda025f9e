using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>
/// A publish, from what was received to what is durable. Whether it may be stored is decided twice by the same code, before the
/// bytes are written, to keep refused ones off the disk, and inside the commit, where it counts.
/// </summary>
internal sealed class PublishPackage(ForeseePublish foresee, StorePublish store)
{
    /// <summary>Not refused, the version is stored and durable, or waits as a stage.</summary>
    /// <param name="caller">Who publishes.</param>
    /// <param name="publish">What, judged.</param>
    /// <param name="ask">Asks for a second factor, once nothing else is in the way: nobody is asked for a code for what is refused anyway, was done already, or waits for others who will be asked.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<PublishOutcome> RunAsync(Caller caller, ReceivedPublish publish, AskSecondFactor ask, CancellationToken cancellationToken)
    {
        var before = await foresee.RunAsync(caller, publish, cancellationToken);
        if (before.Decision.IsSettled)
        {
            return new PublishOutcome(before.Decision.Denial?.ToAnswer(), before.Decision.Stage);
        }
        if (before.Taken is { } taken)
        {
            return new PublishOutcome(taken.ToAnswer(), null);
        }
        var waits = before.Decision.Waits(publish);
        if (!waits && await ask(before.Proof, cancellationToken) is { } asked)
        {
            return new PublishOutcome(asked, null);
        }
        var (denial, stage) = await store.RunAsync(caller, publish, before, isAsked: !waits, cancellationToken);
        return new PublishOutcome(denial?.ToAnswer(), stage);
    }
}

/// <summary>What came of a publish: refused, or waiting as this stage, or, when neither, stored.</summary>
internal sealed record PublishOutcome(JsonAnswer? Refusal, StageRow? Stage);
