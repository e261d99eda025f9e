using System.Collections.Concurrent;
using Assay.Npm;
using Assay.Server.Packages;
using Assay.Trust.Policies;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// The last refused exchange by package, class of actions and address, for two minutes: clients go on to the PUT without a token, and its
/// answer then repeats the reason instead of "sign in".
/// </summary>
internal sealed class RefusalMemory(TimeProvider time) : IRefusalMemory
{
    private const int Capacity = 10_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<(string Package, ActionClass Actions, string Address), (Denial Denial, DateTimeOffset At)> last = new();

    public void Remember(Asked asked, string address, Denial denial)
    {
        if (last.Count >= Capacity)
        {
            last.Clear();
        }
        last[(asked.Name.Text, asked.Wanted.Class(), address)] = (denial, time.GetUtcNow());
    }

    public void Forget(Asked asked, string address) => last.TryRemove((asked.Name.Text, asked.Wanted.Class(), address), out _);

    public Denial? LastFor(PackageName package, ActionClass actions, string address) =>
        last.TryGetValue((package.Value, actions, address), out var found) && time.GetUtcNow() - found.At < Lifetime ? found.Denial : null;
}
