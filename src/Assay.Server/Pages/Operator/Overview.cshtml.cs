using System.Reflection;
using System.Runtime.InteropServices;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Jobs;
using Assay.Server.Operations;
using Finding = Assay.Server.Data.Finding;

namespace Assay.Server.Pages;

/// <summary>How the registry is, at a glance.</summary>
[For(Circle.Administrators)]
internal sealed class OverviewPage(
    HealthReading health, DoctorRounds doctor, ReadStorage storage, ReadJobs jobs, ReadAlerts alerts, ReadTrends trends, WaitingForOperators waiting) : RegistryPage
{
    private const int Span = 30;

    public HealthReport Health { get; private set; } = null!;

    public DoctorRound? Doctor => doctor.Latest;

    public IEnumerable<Finding> Wanting => Doctor?.Findings.Where(finding => finding.Level is not FindingLevel.Ok) ?? [];

    public UsedStorage Storage { get; private set; } = null!;

    public OpenJobs Jobs { get; private set; } = null!;

    public OpenMatters Open { get; private set; } = null!;

    public bool IsAttentionNeeded => Open.Reports + Open.Incidents + Open.Quarantined + Open.Freezes + Jobs.Failed > 0;

    public IReadOnlyList<AuditEventRow> Alerts { get; private set; } = [];

    public Trends Trends { get; private set; } = null!;

    public static string Version => typeof(OverviewPage).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static string Runtime => RuntimeInformation.FrameworkDescription;

    public async Task OnGetAsync()
    {
        Health = await health.GetAsync(Stop);
        Storage = await storage.RunAsync(Stop);
        Jobs = await jobs.RunAsync(Stop);
        Open = await waiting.RunAsync(Stop);
        Alerts = await alerts.RunAsync(Stop);
        Trends = await trends.RunAsync(Span, Stop);
    }
}
