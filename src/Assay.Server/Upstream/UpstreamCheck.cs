using System.Runtime.CompilerServices;
using Assay.Npm;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream;

/// <summary>
/// Each upstream registry answers. It is asked for a package that it had: that every registry must be able to answer. While there is none in the cache it is asked
/// for its ping, which not every registry has; there, any answer is one.
/// </summary>
internal sealed class UpstreamCheck(RegistryDbSource source, UpstreamRoutes routes, UpstreamClient client, IOptions<UpstreamOptions> options) : IDoctorCheck
{
    public string Subject => "upstream";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var registry in options.Value.Offline ? [] : routes.All)
        {
            var kept = await KeptAsync(registry, cancellationToken);
            var url = kept is null ? new Uri(registry.Url, "-/ping") : registry.DocumentOf(kept);
            var answer = await client.GetAsync(registry, url, headers => headers.TryAddWithoutValidation("Accept", "application/json"), cancellationToken);
            (answer as IDisposable)?.Dispose();
            yield return Read(registry, kept, answer);
        }
    }

    private async Task<PackageName?> KeptAsync(UpstreamRegistry registry, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var name = await db.UpstreamPackages.Where(row => row.Registry == registry.Key)
            .OrderByDescending(row => row.ValidatedAt).ThenBy(row => row.Name).Select(row => row.Name).FirstOrDefaultAsync(cancellationToken);
        return PackageName.TryParse(name, out var parsed) ? parsed : null;
    }

    private static Finding Read(UpstreamRegistry registry, PackageName? kept, UpstreamAnswer answer)
    {
        var asked = kept is null ? "for /-/ping" : $"for {kept}, which it had,";
        var setting = $"{UpstreamOptions.Section}:Registries:{registry.Id}";
        return answer switch
        {
            UpstreamAnswer.Body => Finding.Ok($"{registry}, asked {asked} answered 200"),
            UpstreamAnswer.Missing when kept is null => Finding.Ok($"{registry}, asked {asked} answered 404: it has no ping, but it is there"),
            UpstreamAnswer.Missing => Finding.Warning(
                $"{registry}, asked {asked} answered 404",
                registry.Token is null ? "See whether the package is gone there" : $"If the package is not gone there, the token in {setting}:TokenFile may not see it any more"),
            UpstreamAnswer.Failed { Status: 401 or 403 } refused => Finding.Failed(
                $"{registry}, asked {asked} answered {refused.Status}: {(registry.Token is null ? "it wants a token" : "the token that it is sent is wrong or has expired")}",
                $"Put a token that works into the file of {setting}:TokenFile. What is in the cache is served meanwhile"),
            UpstreamAnswer.Failed { Status: < 500 } other when kept is null => Finding.Ok($"{registry}, asked {asked} answered {other.Status}: it has no ping, but it is there"),
            UpstreamAnswer.Failed failed => Finding.Warning(
                $"Asked {asked} {failed.Reason}", $"What is in the cache is served meanwhile. Look at {setting} and at the way there"),
            _ => Finding.Warning($"{registry}, asked {asked} answered 304 to a first question", $"Look at what stands between this registry and {registry.Url}"),
        };
    }
}
