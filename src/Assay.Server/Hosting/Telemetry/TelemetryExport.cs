using System.Runtime.CompilerServices;
using Assay.Server.Data;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Assay.Server.Hosting.Telemetry;

/// <summary>
/// Sends measurements and traces to a collector. The only code that knows OpenTelemetry: it is not compiled, and its libraries are not loaded, before
/// <see cref="Add"/> is called. Nothing here may derive from one of their types: whatever lists the types of this program would load them.
/// </summary>
internal static class TelemetryExport
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Add(IServiceCollection services, TelemetryOptions options, string dataDirectory)
    {
        var headers = TelemetryHeaders.Read(options, dataDirectory);
        var version = typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3);
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(options.ServiceName, serviceVersion: version))
            .WithMetrics(metrics => metrics
                .AddMeter(TelemetrySource.Name)
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddOtlpExporter((exporter, reader) =>
                {
                    Configure(exporter, options, headers, "v1/metrics");
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = options.MetricsSeconds * 1000;
                }))
            .WithTracing(traces => traces
                .AddSource(TelemetrySource.Name)
                .SetSampler(new TraceIdRatioBasedSampler(options.TraceRatio))
                .AddOtlpExporter(exporter => Configure(exporter, options, headers, "v1/traces")));
    }

    private static void Configure(OtlpExporterOptions exporter, TelemetryOptions options, string headers, string path)
    {
        var endpoint = new Uri(options.OtlpEndpoint!.TrimEnd('/') + "/");
        var isHttp = options.Protocol is TelemetryProtocol.Http;
        exporter.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        exporter.Endpoint = isHttp ? new Uri(endpoint, path) : endpoint;
        exporter.Headers = headers;
    }
}
