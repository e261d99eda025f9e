using Assay.CiSimulator;

namespace Assay.EndToEnd.Harness;

/// <summary>A test in the shared world. Every test uses package names of its own, so that none sees another.</summary>
public abstract class EndToEndTest(SharedWorld shared) : IAsyncLifetime
{
    private protected World World { get; private set; } = null!;

    private protected CiSimulatorHost Ci => World.Ci;

    public virtual async ValueTask InitializeAsync() => World = await shared.GetAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);

        return ValueTask.CompletedTask;
    }
}
