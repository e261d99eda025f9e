using Assay.Server.Data.Rows;
using Assay.Server.TrustedPublishing;

namespace Assay.Server.Pages;

/// <summary>What goes into the workflow, for the first policies that there are.</summary>
[For(Circle.Administrators)]
internal sealed class SetupWorkflowPage(PolicyListing listing, PublishGuides guides) : RegistryPage
{
    private const int Most = 3;

    public IReadOnlyList<(string Package, GuideShown Guide)> Guides { get; private set; } = [];

    public async Task OnGetAsync()
    {
        var views = await listing.AllAsync(PolicyWriter.Of(Member), target: null, binding: null, after: null, Stop);
        List<(string, GuideShown)> found = [];
        foreach (var view in views.Where(view => !view.Row.IsPattern && view.Row.Effect == TrustPolicyRow.Allow).OrderByDescending(view => view.Row.CreatedAt))
        {
            if (found.Count < Most && view.Policy is { } policy && await guides.ForAsync(policy, Stop) is { } guide)
            {
                found.Add((view.Row.Target, new GuideShown(guide, view.Row.Id)));
            }
        }
        Guides = found;
    }
}
