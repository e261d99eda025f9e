using System.Text.Json.Nodes;
using Assay.Trust.Providers;
using Assay.Trust.Tokens;

namespace Assay.Trust.Runs;

/// <summary>What can be stated of the run that published a version: by its provider's definition, from its claims, and nothing else.</summary>
public sealed record RunProvenance
{
    private const string SourceName = "source";
    private const string CalledName = "called workflow";

    private RunProvenance()
    {
    }

    public required string ProviderId { get; init; }

    public required int DefinitionRevision { get; init; }

    public required string BindingId { get; init; }

    public required string Issuer { get; init; }

    /// <summary>Groups of texts and lists of texts.</summary>
    public required JsonObject ExternalParameters { get; init; }

    /// <inheritdoc cref="ExternalParameters"/>
    public required JsonObject InternalParameters { get; init; }

    public required RunSource Source { get; init; }

    /// <summary>What went into the run, as far as there is a commit for it: its source, and a workflow that it called from elsewhere.</summary>
    public required IReadOnlyList<RunDependency> Dependencies { get; init; }

    /// <summary>Names the run or the job, and leads to it.</summary>
    public string? Invocation { get; init; }

    /// <summary>Whether the issuer says that everybody may see the source. Not known is no.</summary>
    public required bool IsSourcePublic { get; init; }

    /// <summary>Null where the provider's definition states nothing. The claims are a verified token's, or were kept of one.</summary>
    public static RunProvenance? Of(RunClaims claims)
    {
        if (claims.Definition.Provenance is not { } shape)
        {
            return null;
        }
        var stated = new StatedClaims(claims);
        var source = ReadSource(shape.Source, stated);
        return new RunProvenance
        {
            ProviderId = claims.Definition.Id,
            DefinitionRevision = claims.Definition.Revision,
            BindingId = claims.Binding.Id,
            Issuer = claims.Issuer,
            ExternalParameters = RunParameters.Read(shape.ExternalParameters, stated, claims.Definition),
            InternalParameters = RunParameters.Read(shape.InternalParameters, stated, claims.Definition),
            Source = source,
            Dependencies = [.. new[] { Dependency(source), Called(shape.Called, stated) }.OfType<RunDependency>()],
            Invocation = stated.Link(shape.Invocation),
            IsSourcePublic = shape.PublicWhen is { } seen && claims[seen.Claim] is { } visibility && seen.In.Contains(visibility, StringComparer.Ordinal),
        };
    }

    private static RunSource ReadSource(SourceShape? shape, StatedClaims stated) => new(
        stated.Link(shape?.Link) ?? stated.Address(shape?.Address), stated.Text(shape?.Ref), stated.Commit(shape?.Commit));

    private static RunDependency? Dependency(RunSource source) =>
        source.Commit is { } commit ? new RunDependency(SourceName, source.GitAddress, commit) : null;

    private static RunDependency? Called(CalledShape? shape, StatedClaims stated) =>
        shape is not null && stated.Text(shape.Value) is { } called && !shape.NotIn.Contains(called, StringComparer.Ordinal)
        && stated.Commit(shape.Commit) is { } commit
            ? new RunDependency(CalledName, stated.Link(shape.Link), commit)
            : null;
}

/// <summary>Where the source of a run lies, as far as the token says.</summary>
public sealed record RunSource(string? Repository, string? Ref, string? Commit)
{
    /// <summary><c>git+https://…@ref</c>. The ref is encoded, so that one with an at sign in it can still be told apart.</summary>
    public string? GitAddress => Repository is null ? null : $"git+{Repository}{(Ref is null ? "" : $"@{Providers.LinkTemplate.EncodePath(Ref)}")}";
}

/// <summary>One thing that went into a run.</summary>
public sealed record RunDependency(string Name, string? Address, string Commit);
