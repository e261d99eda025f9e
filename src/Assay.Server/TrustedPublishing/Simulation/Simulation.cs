using Assay.Trust.Evaluation;
using Assay.Trust.Refusals;

namespace Assay.Server.TrustedPublishing;

/// <summary>What a run would come to, step by step.</summary>
internal sealed record Simulation
{
    /// <summary>What a policy is called that is not written yet.</summary>
    public const string DraftId = "draft";

    public required SimulationRequest Request { get; init; }

    public required SimulatedRun Run { get; init; }

    /// <summary>Null where there are no claims to ask the policies about.</summary>
    public Explanation? Explanation { get; init; }

    public IReadOnlyList<PassedOver> PassedOver { get; init; } = [];

    /// <summary>A freeze of the run, or of the name where a policy grants it.</summary>
    public Refusal? Frozen { get; init; }

    /// <summary>What the policy that decides has against the version or the tag.</summary>
    public Refusal? Version { get; init; }

    /// <summary>What the client would be told in the end; null when all goes well.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>The line that a stock client would print.</summary>
    public string? Notice => Refusal is null ? null : RefusedExchange.ToDenial(Refusal).Notice;
}
