using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Hosting.Telemetry;

internal enum TelemetryProtocol
{
    Grpc,
    Http,
}

/// <summary>Section <c>Assay:Telemetry</c>. Without an endpoint nothing is sent.</summary>
internal sealed class TelemetryOptions : IValidatableObject
{
    public const string Section = "Assay:Telemetry";

    /// <summary>Where a collector takes OTLP, e.g. <c>http://localhost:4317/</c>.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary><c>Grpc</c>, or <c>Http</c> with protobuf bodies, to <c>v1/traces</c> and <c>v1/metrics</c> below the endpoint.</summary>
    public TelemetryProtocol Protocol { get; set; } = TelemetryProtocol.Grpc;

    /// <summary>What the registry is called there.</summary>
    [Required(AllowEmptyStrings = false)]
    public string ServiceName { get; set; } = "assay";

    /// <summary>The share of requests that are traced. The decision is this registry's: what a caller says about it is not heard.</summary>
    [Range(0.0, 1.0)]
    public double TraceRatio { get; set; } = 0.1;

    /// <summary>How often metrics are sent.</summary>
    [Range(1, 3600)]
    public int MetricsSeconds { get; set; } = 60;

    /// <summary>
    /// A file of mode 0600 with what the collector wants to be shown, <c>Name: value</c> a line; a relative path begins at the data directory. A
    /// credential has no place in a configuration.
    /// </summary>
    public string? HeadersFile { get; set; }

    public bool IsOn => OtlpEndpoint is { Length: > 0 };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsOn && !IsUsable(OtlpEndpoint))
        {
            yield return new ValidationResult("it must be a URL like http://localhost:4317/, without a user name, query or fragment.", [nameof(OtlpEndpoint)]);
        }
    }

    private static bool IsUsable(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 };
}
