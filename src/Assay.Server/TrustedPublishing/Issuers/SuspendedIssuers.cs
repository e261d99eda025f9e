using Assay.Server.Data;
using Assay.Trust.Providers;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Says at the start which enabled issuers are not trusted, because their definition changed or no longer fits.</summary>
internal sealed partial class SuspendedIssuers(RegistryDbSource source, ProviderCatalog catalog, ILogger<SuspendedIssuers> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        foreach (var row in await db.IssuerBindings.Where(row => row.EnabledIssuer != null).ToListAsync(cancellationToken))
        {
            if (TrustedIssuer.From(row, catalog).Problem is { } problem)
            {
                Suspended(row.Id, problem);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The issuer {Issuer} is suspended, and its tokens get nothing: {Reason}")]
    private partial void Suspended(string issuer, string reason);
}
