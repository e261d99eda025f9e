using Assay.Server.Operations;
using Assay.Server.TrustedPublishing;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>What happened on each of the last days.</summary>
[For(Circle.Administrators)]
internal sealed class ChartsPage(ReadTrends trends, IOptions<TrustedPublishingOptions> options) : RegistryPage
{
    private const int Short = 30;
    private const int Long = 90;

    public Trends Trends { get; private set; } = null!;

    public int AttemptDays => options.Value.AttemptDays;

    public async Task OnGetAsync(string? days) => Trends = await trends.RunAsync(days == "90" ? Long : Short, Stop);
}
