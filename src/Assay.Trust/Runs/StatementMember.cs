using Assay.Trust.Providers;

namespace Assay.Trust.Runs;

/// <summary>A member of the statements about a provider's runs: where it stands, what it means, and where in the token it comes from.</summary>
public sealed record StatementMember(string Path, string Means, string Origin)
{
    private const string BuildDefinition = "buildDefinition.";
    private const string Dependencies = BuildDefinition + "resolvedDependencies";

    /// <summary>Everything that a definition lets a statement say; empty where it states nothing.</summary>
    public static IEnumerable<StatementMember> Of(ProviderDefinition definition) => definition.Provenance is { } shape
        ? [
            .. Parameters(definition, "externalParameters", shape.ExternalParameters),
            .. Parameters(definition, "internalParameters", shape.InternalParameters),
            .. Source(definition, shape.Source), .. Called(definition, shape.Called), .. Invocation(definition, shape.Invocation),
        ]
        : [];

    private static IEnumerable<StatementMember> Parameters(
        ProviderDefinition definition, string member, IReadOnlyDictionary<string, IReadOnlyDictionary<string, StatedValue>> groups) =>
        from @group in groups
        from stated in @group.Value
        select new StatementMember(
            $"{BuildDefinition}{member}.{@group.Key}.{stated.Key}", stated.Value.Means, StatementOrigin.Of(definition, stated.Value));

    private static IEnumerable<StatementMember> Source(ProviderDefinition definition, SourceShape? source)
    {
        // Without a commit the source is no dependency: a name that can be moved says nothing of what was built.
        if (source?.Commit is not { } commit)
        {
            yield break;
        }
        if (source.Link is { } link)
        {
            yield return new($"{Dependencies}[source].uri", "The repository that was built, and the ref.", StatementOrigin.OfLink(definition, link));
        }
        else if (source.Address is { } address)
        {
            yield return new($"{Dependencies}[source].uri", "The repository that was built, and the ref.", StatementOrigin.Of(definition, address));
        }
        yield return new($"{Dependencies}[source].digest.gitCommit", "The commit that was built.", StatementOrigin.Of(definition, commit));
    }

    private static IEnumerable<StatementMember> Called(ProviderDefinition definition, CalledShape? called) => called is null ? [] :
    [
        new(
            $"{Dependencies}[called workflow].uri", "A workflow of another repository, or of another ref, that the run called.",
            StatementOrigin.OfLink(definition, called.Link)),
        new($"{Dependencies}[called workflow].digest.gitCommit", "The commit of that workflow.", StatementOrigin.Of(definition, called.Commit)),
    ];

    private static IEnumerable<StatementMember> Invocation(ProviderDefinition definition, string? invocation) => invocation is null ? [] :
        [new("runDetails.metadata.invocationId", "The address of the run or the job.", StatementOrigin.OfLink(definition, invocation))];
}
