using System.Runtime.CompilerServices;
using Assay.Server.Data;
using Assay.Trust.Providers;

namespace Assay.Server.Hosting;

/// <summary>
/// What takes longest at a start and depends on nothing else: begun on another core while the rooms are put together. Whoever needs it
/// later waits for its end, and meets the failure if there is one.
/// </summary>
internal static class BegunAhead
{
    public static void ReadProviders() =>
        _ = Task.Run(() => RuntimeHelpers.RunClassConstructor(typeof(ProviderCatalog).TypeHandle));

    public static void BuildModel(DatabaseEngine engine) => _ = Task.Run(() => RegistryDbSource.BuildModel(engine));
}
