using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Packages;
using Assay.Server.TrustedPublishing;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>A version: where it came from, what is proved of it, and what is not as it was.</summary>
internal sealed class VersionPage(ReadPackageHead heads, TellOrigin origins, VerifyVersion verify, PublicUrl url) : RegistryPage
{
    public PackageHead Head { get; private set; } = null!;

    public VersionFacts Facts { get; private set; } = null!;

    public VersionStory Story { get; private set; } = null!;

    /// <summary>What the check found; null while nobody asked for it.</summary>
    public IReadOnlyList<CheckedStep>? Checked { get; private set; }

    /// <summary>Those that were refuted.</summary>
    public IReadOnlyList<CheckedStep> Refuted => [.. (Checked ?? []).Where(step => step.Outcome is CheckOutcome.Refuted)];

    public Uri Registry => url.Base;

    public string TarballUrl => url.At($"{Head.Name}/-/{Head.Name.BaseName}-{Facts.Version}.tgz");

    /// <summary>Where an administrator stops everything that the run published, with the run filled in; null where none is known.</summary>
    public string? IncidentAddress => Visitor.Member is { IsAdministrator: true } && Story.Run is { RunId: { } run, ProjectId: { } project } from
        ? $"-/operator/incidents?kind=run&binding={Uri.EscapeDataString(from.BindingId)}&project={Uri.EscapeDataString(project)}&run={Uri.EscapeDataString(run)}"
        : null;

    /// <summary>The statement about the build that counts most: that of the CI itself, else the registry's.</summary>
    public StatementStory? Provenance => Story.Statements.Where(statement => statement.IsProvenance).OrderByDescending(statement => statement.IsOfClient).FirstOrDefault();

    public async Task<IActionResult> OnGetAsync(string package, string version) => await LoadAsync(package, version) ? Page() : Unknown($"{package}@{version}");

    public async Task<IActionResult> OnPostVerifyAsync(string package, string version)
    {
        if (!await LoadAsync(package, version))
        {
            return Unknown($"{package}@{version}");
        }
        // What keeps people from installing it comes first.
        Checked = (await verify.RunAsync(Head.Name, Facts.Version, Visitor.Caller, Stop))?.OrderByDescending(step => step.Outcome is CheckOutcome.Refuted).ToList();
        return Page();
    }

    private async Task<bool> LoadAsync(string package, string version)
    {
        if (await heads.ReadableAsync(package, Visitor, PackageTab.Versions, version, Stop) is not { Package: { } read } head || PackageHead.Find(read.Facts, version) is not { } facts
            || await origins.OfAsync(head.Name, version, Visitor.Caller, Stop) is not { } story)
        {
            return false;
        }
        (Head, Facts, Story) = (head, facts, story);
        return true;
    }
}
