using System.Runtime.CompilerServices;
using Assay.Server.Answers;
using Assay.Server.Data;
using Microsoft.Extensions.Options;

namespace Assay.Server.Hosting;

/// <summary>What the configuration says about addresses goes together.</summary>
internal sealed class AddressCheck(PublicUrl url, IReadOnlyList<ListenAddress> listening, IOptions<ServerOptions> options) : IDoctorCheck
{
    private const int WidestSensible = 8;

    public string Subject => "addresses";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (var finding in Public().Concat(Proxies()))
        {
            yield return finding;
        }
    }

    private IEnumerable<Finding> Public()
    {
        yield return Finding.Ok($"Clients know this registry as {url.Base}");
        if (url.IsLoopback && listening.Any(address => !address.IsLoopback))
        {
            yield return Finding.Warning("It listens beyond this machine, but its public URL is one of this machine", "Set Assay:PublicUrl to the address that clients use");
        }
        if (url.Base.Scheme == Uri.UriSchemeHttp && !url.IsLoopback)
        {
            yield return Finding.Warning(
                "The public URL is http: passwords and tokens can be read on their way",
                "Put a proxy with a certificate in front, and set Assay:PublicUrl to https");
        }
        if (url.PathBase.Length > 0)
        {
            yield return new Finding(
                FindingLevel.Ok,
                $"The public URL has the path {url.PathBase}",
                "npm drops it when it exchanges: /-/npm/v1/oidc/ at the root of the host has to lead here too");
        }
    }

    private IEnumerable<Finding> Proxies()
    {
        var trusted = options.Value.TrustedProxies;
        if (trusted.Count == 0 && url.Base.Scheme == Uri.UriSchemeHttps && listening.All(address => address.Scheme == Uri.UriSchemeHttp))
        {
            yield return Finding.Warning(
                "A proxy seems to be in front, and is not trusted to say where requests come from: limits for one address hold for all callers together",
                "Set Assay:TrustedProxies to the proxy's address");
        }
        foreach (var wide in trusted.Where(IsWide))
        {
            yield return Finding.Warning($"Assay:TrustedProxies has {wide}: whoever is in there says of itself where it comes from", "Name the proxy's own address");
        }
    }

    private static bool IsWide(string range) => System.Net.IPNetwork.TryParse(range, out var network) && network.PrefixLength < WidestSensible;
}
