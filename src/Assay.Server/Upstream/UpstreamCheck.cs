using System.Runtime.CompilerServices;
using Assay.Server.Data;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream;

/// <summary>Each upstream registry answers.</summary>
internal sealed class UpstreamCheck(UpstreamRoutes routes, UpstreamClient client, IOptions<UpstreamOptions> options) : IDoctorCheck
{
    public string Subject => "upstream";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var registry in options.Value.Offline ? [] : routes.All)
        {
            var answer = await client.GetAsync(registry, new Uri(registry.Url, "-/ping"), _ => { }, cancellationToken);
            (answer as IDisposable)?.Dispose();
            yield return answer is UpstreamAnswer.Failed failed
                ? Finding.Warning(failed.Reason, $"What is in the cache is served meanwhile. Look at {UpstreamOptions.Section}:Registries:{registry.Id} and at the way there")
                : Finding.Ok($"{registry} answers");
        }
    }
}
