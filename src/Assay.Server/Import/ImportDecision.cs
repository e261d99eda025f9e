using Assay.Server.Packages;

namespace Assay.Server.Import;

/// <summary>Whether a version is stored: it is here already, or something stands in the way, or it may come.</summary>
internal abstract record ImportDecision
{
    private ImportDecision()
    {
    }

    internal sealed record Here : ImportDecision;

    internal sealed record Refused(string Code, string Text) : ImportDecision;

    internal sealed record Allowed(PublishDecision Place) : ImportDecision;
}
