using Assay.Server.Answers;
using Assay.Server.Packages;
using Assay.Trust.People;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>What the pages of one organisation have in common. Whoever may not know it sees the same as where there is none.</summary>
internal abstract class OrganisationPageBase(ReadOrganisations read) : RegistryPage
{
    public OrganisationView Organisation { get; private set; } = null!;

    public OrganisationRole Place { get; private set; }

    /// <summary>Owner or admin of it, or of the registry.</summary>
    public bool Manages => Place >= OrganisationRole.Admin;

    /// <summary>Null when it is found.</summary>
    protected async Task<IActionResult?> FindAsync(string org)
    {
        var (view, place, denial) = await read.FindAsync(org, Member, Stop);
        if (view is null)
        {
            return Unknown($"The organisation {org}");
        }
        (Organisation, Place) = (view, place);
        return denial is null ? null : Unknown($"The organisation {org}");
    }
}
