using Assay.Server.Data.Rows;
using Assay.Server.TrustedPublishing;

namespace Assay.Server.Pages;

/// <summary>What goes into the workflow, for the first policies that there are.</summary>
[For(Circle.Administrators)]
internal sealed class SetupWorkflowPage(PolicyListing listing, PublishGuides guides) : RegistryPage
{
    private const int Most = 3;

    /// <summary>The package that is asked for first, and the newest after it.</summary>
    public IReadOnlyList<(string Package, GuideShown Guide)> Guides { get; private set; } = [];

    public async Task OnGetAsync(string? package)
    {
        var views = await listing.AllAsync(PolicyWriter.Of(Member), target: null, binding: null, after: null, Stop);
        List<(string Package, GuideShown Guide)> found = [];
        foreach (var view in views.Where(view => !view.Row.IsPattern && view.Row.Effect == TrustPolicyRow.Allow).OrderByDescending(view => view.Row.Target == package).ThenByDescending(view => view.Row.CreatedAt))
        {
            if (found.Count < Most && view.Policy is { } policy && await guides.ForAsync(policy, Stop) is { } guide)
            {
                // What a system's jobs need is said once.
                found.Add((view.Row.Target, new GuideShown(guide, view.Row.Id) { IsBrief = found.Exists(other => other.Guide.Guide.Provider == guide.Provider) }));
            }
        }
        Guides = found;
    }
}
