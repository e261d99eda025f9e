using Assay.Server.TrustedPublishing;

namespace Assay.Server.Pages;

/// <summary>The trusted issuers.</summary>
[For(Circle.Administrators)]
internal sealed class IssuersListPage(Issuers issuers) : OperatorPage
{
    public IReadOnlyList<IssuerReport> All { get; private set; } = [];

    protected override IReadOnlyDictionary<string, string> Sentences { get; } = new Dictionary<string, string>
    {
        ["removed"] = "The issuer is removed, and what its runs were given is revoked.",
    };

    public async Task OnGetAsync()
    {
        SayDone();
        All = await issuers.ListAsync(Stop);
    }
}
