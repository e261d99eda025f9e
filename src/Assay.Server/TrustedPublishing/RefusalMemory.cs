using System.Collections.Concurrent;
using Assay.Npm;
using Assay.Server.Packages;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// The last refused exchange by package and address, for two minutes: clients go on to the PUT without a token, and its answer then
/// repeats the reason instead of "sign in".
/// </summary>
internal sealed class RefusalMemory(TimeProvider time) : IRefusalMemory
{
    private const int Capacity = 10_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<(string Package, string Address), (Denial Denial, DateTimeOffset At)> last = new();

    public void Remember(PackageName package, string address, Denial denial)
    {
        if (last.Count >= Capacity)
        {
            last.Clear();
        }
        last[(package.Value, address)] = (denial, time.GetUtcNow());
    }

    public void Forget(PackageName package, string address) => last.TryRemove((package.Value, address), out _);

    public Denial? LastFor(PackageName package, string address) =>
        last.TryGetValue((package.Value, address), out var found) && time.GetUtcNow() - found.At < Lifetime ? found.Denial : null;
}
