using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Trust.Runs;

/// <summary>A run for people, on a page or in a terminal: printable texts, and links that lead to the provider's host or are not there.</summary>
public sealed record RunShown
{
    private RunShown()
    {
    }

    public required string Provider { get; init; }

    public string? Repository { get; init; }

    public string? Ref { get; init; }

    public string? Commit { get; init; }

    public string? Workflow { get; init; }

    public string? RepositoryLink { get; init; }

    public string? CommitLink { get; init; }

    public string? WorkflowLink { get; init; }

    public string? RunLink { get; init; }

    public static RunShown Of(RunClaims claims)
    {
        var stated = new StatedClaims(claims);
        return new RunShown
        {
            Provider = claims.Definition.DisplayName,
            Repository = Fact(RunShape.Repository),
            Ref = Fact(RunShape.Ref),
            Commit = Fact(RunShape.Commit),
            Workflow = Fact(RunShape.Workflow),
            RepositoryLink = Link("project"),
            CommitLink = Link("commit"),
            WorkflowLink = Link("workflow"),
            RunLink = Link("run"),
        };

        string? Fact(string name) =>
            claims.Definition.Run.Facts.TryGetValue(name, out var reference) && stated.Text(reference) is { } text ? Printable.Value(text) : null;

        string? Link(string name) => stated.Link(claims.Definition.Run.Links.GetValueOrDefault(name));
    }
}
