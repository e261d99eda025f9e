using System.Collections.Immutable;

namespace Assay.Trust.Providers;

/// <summary>Which claims name the project, its owner and the run, and how to link to them.</summary>
public sealed record RunShape
{
    public const string Repository = "repository";
    public const string Ref = "ref";
    public const string Commit = "commit";
    public const string Workflow = "workflow";
    public const string WorkflowCommit = "workflowCommit";
    public const string Environment = "environment";
    public const string Event = "event";
    public const string Runner = "runner";
    public const string Visibility = "visibility";
    public const string Actor = "actor";

    /// <summary>What a run may be asked about under one word at every provider: by documents, the linter, provenance, approvals.</summary>
    public static readonly IReadOnlySet<string> KnownFacts = new HashSet<string>
    {
        Repository, Ref, Commit, Workflow, WorkflowCommit, Environment, Event, Runner, Visibility, Actor,
    };

    public required string Project { get; init; }

    /// <summary>Null where the provider's projects have no owner.</summary>
    public string? Owner { get; init; }

    /// <summary>Null where tokens do not say in which run they were made.</summary>
    public string? Run { get; init; }

    /// <summary>Where this provider says each of <see cref="KnownFacts"/>, as far as it does.</summary>
    public IReadOnlyDictionary<string, ValueReference> Facts { get => field ?? ImmutableDictionary<string, ValueReference>.Empty; init; }

    /// <summary>Named link templates; see <see cref="LinkTemplate"/>.</summary>
    public IReadOnlyDictionary<string, string> Links { get => field ?? ImmutableDictionary<string, string>.Empty; init; }
}

/// <summary>One item a refusal may recite: what the caller itself presented, under a word people know.</summary>
public sealed record RecitalPart
{
    public required string Label { get; init; }

    public required ValueReference Value { get; init; }
}
