using System.Net;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Packages;
using Assay.Server.Upstream.Cache;
using Assay.Trust.Guards;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Assay.Server.Upstream;

internal static class UpstreamRegistration
{
    public static void AddUpstream(this IServiceCollection services, UpstreamOptions options, UpstreamRoutes routes, GuardRules rules)
    {
        services.AddSingleton(routes);
        services.AddSingleton(rules);
        services.AddSingleton<UpstreamClient>();
        services.AddSingleton<ProveToken>();
        services.AddSingleton<KeptDocuments>();
        services.AddSingleton<FetchDocument>();
        services.AddSingleton<UpstreamDocuments>();
        services.AddSingleton<VerifyUpstream>();
        services.AddSingleton<KeptTarballs>();
        services.AddSingleton<UpstreamTarballs>();
        services.AddSingleton<UpstreamAttestations>();
        services.AddSingleton<FetchKeys>();
        services.AddSingleton<AskForKeys>();
        services.AddSingleton<UpstreamKeys>();
        services.AddSingleton<IForeignKeys>(provider => provider.GetRequiredService<UpstreamKeys>());
        services.AddSingleton<Rulings>();
        services.AddSingleton<KnownMalware>();
        services.AddSingleton<RuleUpstream>();
        services.AddSingleton<ReadUpstream>();
        services.AddSingleton<UpstreamReaderRules>();
        services.AddSingleton<UpstreamRefusals>();
        services.AddHostedService(provider => provider.GetRequiredService<UpstreamRefusals>());
        services.AddSingleton<IPackageFallback, UpstreamFallback>();
        services.AddSingleton<INewNames, UpstreamNewNames>();
        services.AddSingleton<IDoctorCheck, UpstreamCheck>();
        services.AddSingleton<IDoctorCheck, UpstreamTokenCheck>();
        services.AddHttpClient();
        foreach (var registry in routes.All)
        {
            AddClient(services, registry, options);
        }
    }

    private static void AddClient(IServiceCollection services, UpstreamRegistry registry, UpstreamOptions options)
    {
        var answer = TimeSpan.FromSeconds(options.AnswerSeconds);
        services.AddHttpClient(UpstreamClient.ClientOf(registry))
            // Its limits are the pipeline's and the reader's.
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.All,
                MaxConnectionsPerServer = options.Connections,
                MaxResponseHeadersLength = 64,
                ConnectTimeout = answer,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })
            .RemoveAllLoggers()
            .AddResilienceHandler("standard", pipeline => Configure(pipeline, answer));
    }

    /// <summary>The strategies of the standard handler, by the machine's own clock: patience with a network is not the registry's time.</summary>
    private static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, TimeSpan answer)
    {
        pipeline.TimeProvider = TimeProvider.System;
        pipeline.AddTimeout(new HttpTimeoutStrategyOptions { Timeout = (3 * answer) + TimeSpan.FromSeconds(15) });
        pipeline.AddRetry(new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(200),
            MaxDelay = TimeSpan.FromSeconds(5),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        });
        pipeline.AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions());
        pipeline.AddTimeout(new HttpTimeoutStrategyOptions { Timeout = answer });
    }
}
