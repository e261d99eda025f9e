using Assay.Server.Operations;

namespace Assay.Server.Pages;

/// <summary>What works, and what the doctor says.</summary>
[For(Circle.Administrators)]
internal sealed class HealthPage(HealthReading health, DoctorRounds doctor) : RegistryPage
{
    public HealthReport Report { get; private set; } = null!;

    public DoctorRound? Round { get; private set; }

    public async Task OnGetAsync()
    {
        Report = await health.GetAsync(Stop);
        Round = doctor.Latest;
    }

    /// <summary>It changes nothing, but asks others, which takes a while.</summary>
    public async Task OnPostAskAsync()
    {
        await doctor.GoAsync(progress: null, Stop);
        await OnGetAsync();
    }
}
