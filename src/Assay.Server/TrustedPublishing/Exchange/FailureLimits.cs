using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// Counts refused exchanges per CI project and per address, in windows of a minute. Never per package alone: strangers must not be able to
/// block a release.
/// </summary>
internal sealed class FailureLimits(IOptions<TrustedPublishingOptions> options, TimeProvider time)
{
    private const int Capacity = 50_000;

    private readonly ConcurrentDictionary<string, Window> windows = new(StringComparer.Ordinal);

    public bool IsAddressOver(string address) => Count($"address {address}") >= options.Value.RefusalsPerAddress;

    /// <summary>Verifying costs more than refusing, so at some point it ends for whoever comes from there.</summary>
    public bool IsAddressClosed(string address) => Count($"address {address}") >= options.Value.ChecksPerAddress;

    public bool IsProjectOver(Trust.Tokens.ProjectKey project) => Count(Name(project)) >= options.Value.RefusalsPerProject;

    /// <summary>How long it is until all windows begin anew.</summary>
    public TimeSpan UntilNextWindow() => TimeSpan.FromSeconds(60 - (time.GetUtcNow().ToUnixTimeSeconds() % 60));

    public void Add(string address, Trust.Tokens.ProjectKey? project)
    {
        if (windows.Count >= Capacity)
        {
            windows.Clear();
        }
        Add($"address {address}");
        if (project is { } known)
        {
            Add(Name(known));
        }
    }

    private static string Name(Trust.Tokens.ProjectKey project) => $"project {project.Issuer} {project.ProjectId}";

    private void Add(string name) => windows.AddOrUpdate(
        name, _ => new Window(Minute(), 1), (_, window) => window.Minute == Minute() ? window with { Count = window.Count + 1 } : new Window(Minute(), 1));

    private int Count(string name) => windows.TryGetValue(name, out var window) && window.Minute == Minute() ? window.Count : 0;

    private long Minute() => time.GetUtcNow().ToUnixTimeSeconds() / 60;

    private sealed record Window(long Minute, int Count);
}
