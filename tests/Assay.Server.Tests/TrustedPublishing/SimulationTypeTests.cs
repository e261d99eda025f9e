using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>A simulation cannot do what an exchange does, because it has nothing to do it with.</summary>
public sealed class SimulationTypeTests
{
    private static readonly string[] Simulating = ["AssumeRun", "Simulate", "SimulatedRun", "Simulation", "SimulationAnswers", "SimulationRequest"];
    private static readonly string[] Acting =
        ["VerifiedClaims", "CommitQueue", "Commit", "MintToken", "Replays", "Attempts", "ExchangeRefusals", "FailureLimits", "RefusalMemory", "ExchangeToken", "Grant"];

    private static readonly Architecture House =
        new ArchLoader().LoadAssemblies(Assembly.Load("Assay.Server"), Assembly.Load("Assay.Trust")).Build();

    [Fact]
    public void It_knows_no_type_that_mints_learns_counts_or_keeps()
    {
        var types = House.Types.Where(type => Simulating.Contains(Outer(type))).ToList();

        var wrong = types.SelectMany(type => type.Dependencies.Where(dependency => Acting.Contains(dependency.Target.Name)).Select(dependency => $"{type.Name} uses {dependency.Target.Name}"));

        Assert.Subset(types.Select(Outer).ToHashSet(), Simulating.ToHashSet());
        Assert.Empty(wrong.Distinct());
    }

    // Otherwise a name that changed would make the test above prove nothing.
    [Fact]
    public void The_types_that_act_are_there() =>
        Assert.Subset(House.Types.Select(type => type.Name).ToHashSet(), Acting.ToHashSet());

    [Fact]
    public void Nothing_that_mints_takes_assumed_claims()
    {
        var minting = House.Types.Where(type => type.Name is "MintToken" or "Grant" or "ReplayKey" or "Replays").ToList();

        Assert.Equal(4, minting.Count);
        Assert.All(minting, type => Assert.DoesNotContain(type.Dependencies, dependency => dependency.Target.Name is "AssumedClaims"));
    }

    private static string Outer(IType type) => type.FullName.Split('+', '/')[0].Split('.')[^1];
}
