using System.Diagnostics.Metrics;
using Assay.Server.Data;

namespace Assay.Server.TrustedPublishing;

/// <summary>How exchanges end.</summary>
internal sealed class ExchangesMeter
{
    private readonly Counter<long> exchanges;
    private readonly Histogram<double> duration;

    private readonly TimeProvider time;

    public ExchangesMeter(IMeterFactory meters, TimeProvider time)
    {
        this.time = time;
        var meter = meters.Create(TelemetrySource.Name);
        exchanges = meter.CreateCounter<long>("assay.exchanges", "{exchange}", "Exchanges of identity tokens by outcome (granted, refused) and code of the refusal");
        duration = meter.CreateHistogram<double>("assay.exchange.duration", "s", "Time that an exchange took");
    }

    public long Begin() => time.GetTimestamp();

    public void Ended(ExchangeResult result, long began)
    {
        if (result is ExchangeResult.Refused refused)
        {
            exchanges.Add(1, new("outcome", "refused"), new("code", refused.Denial.Code));
        }
        else
        {
            exchanges.Add(1, new KeyValuePair<string, object?>("outcome", "granted"));
        }
        duration.Record(time.GetElapsedTime(began).TotalSeconds);
    }
}
