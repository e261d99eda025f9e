using Assay.Server.Answers;
using Assay.Server.Operations;

namespace Assay.Server.Hosting.Pipeline;

/// <summary>
/// Serves the registry below the public URL's path. npm drops that path when it exchanges an identity token, so the exchange answers at
/// the root of the host as well. So does health: who asks after a node knows its address, not the path in front of it.
/// </summary>
internal sealed class PathPrefix(RequestDelegate next, PublicUrl publicUrl)
{
    private const string ExchangeAtRoot = "/-/npm/v1/oidc/";

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments(publicUrl.PathBase, StringComparison.Ordinal, out var rest))
        {
            context.Request.PathBase = publicUrl.PathBase;
            context.Request.Path = rest.HasValue ? rest : "/";
            return next(context);
        }
        var isOutside = !path.Value!.StartsWith(ExchangeAtRoot, StringComparison.Ordinal)
            && !path.Value.StartsWith(AdminSocket.Prefix, StringComparison.Ordinal)
            && !path.StartsWithSegments(HealthEndpoints.Prefix, StringComparison.Ordinal);
        return isOutside
            ? NpmError.NotFound($"The registry is at {publicUrl.Base}").ExecuteAsync(context)
            : next(context);
    }
}
