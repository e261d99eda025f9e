using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Fixtures;

/// <summary>One measurement: the instrument, its value, and its tags as <c>name=value</c>.</summary>
internal sealed record Measured(string Instrument, double Value, IReadOnlyList<string> Tags);

/// <summary>All that one registry of this process measures of itself.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly ConcurrentQueue<Measured> all = new();
    private readonly MeterListener listener;

    private Measurements(MeterListener listener) => this.listener = listener;

    public IReadOnlyCollection<Measured> All => all;

    public static Measurements Of(RegistryApp app)
    {
        // Registries side by side have a factory, and so meters, of their own.
        var factory = app.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "Assay" && ReferenceEquals(instrument.Meter.Scope, factory))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        var measurements = new Measurements(listener);
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measurements.Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measurements.Add(instrument, value, tags));
        listener.Start();
        return measurements;
    }

    /// <summary>What was measured with exactly these tags, added up.</summary>
    public double Sum(string instrument, params string[] tags) =>
        all.Where(measured => measured.Instrument == instrument && measured.Tags.Order().SequenceEqual(tags.Order())).Sum(measured => measured.Value);

    public double Observed(string instrument)
    {
        listener.RecordObservableInstruments();
        return all.Last(measured => measured.Instrument == instrument).Value;
    }

    public void Dispose() => listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        List<string> texts = [];
        foreach (var tag in tags)
        {
            texts.Add($"{tag.Key}={tag.Value}");
        }
        all.Enqueue(new Measured(instrument.Name, value, texts));
    }
}
