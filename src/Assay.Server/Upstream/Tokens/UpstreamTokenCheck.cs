using System.Runtime.CompilerServices;
using Assay.Server.Data;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream;

/// <summary>Each registry that wants a token still takes it. Whether one can be reached at all is another check's.</summary>
internal sealed class UpstreamTokenCheck(UpstreamRoutes routes, ProveToken token, IOptions<UpstreamOptions> options) : IDoctorCheck
{
    public string Subject => "upstream tokens";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var registry in options.Value.Offline ? [] : routes.All.Where(registry => registry.Token is not null))
        {
            if (await token.AskAsync(registry, cancellationToken) is { State: not TokenState.Silent } proof)
            {
                yield return Found(registry, proof);
            }
        }
    }

    private static Finding Found(UpstreamRegistry registry, TokenProof proof)
    {
        const string Meanwhile = "Until then nothing that it calls missing is believed";
        var setting = $"{UpstreamOptions.Section}:Registries:{registry.Id}";
        return proof.State switch
        {
            TokenState.Works => Finding.Ok($"{registry} {proof.Text}"),
            TokenState.Refused => Finding.Failed($"{registry} {proof.Text}", $"Put a new token into the file of {setting}:TokenFile and start again. {Meanwhile}"),
            _ => Finding.Warning($"For {registry} {proof.Text}", $"Name a package that only the token may see in {setting}:PrivatePackage. {Meanwhile}"),
        };
    }
}
