namespace Assay.CiSimulator;

public sealed record CiSimulatorOptions
{
    /// <summary>Where to listen: a loopback address; port 0 takes a free one.</summary>
    public Uri Url { get; init; } = new("http://127.0.0.1:0");

    public Scenario Scenario { get; init; } = new();

    /// <summary>What <c>ci_config_ref_uri</c> begins with. A GitLab below a path writes <c>host:port/path</c>, which is the default here.</summary>
    public string? GitlabConfigHost { get; init; }

    /// <summary>A socket to listen on as well: Fly.io's machines ask for their tokens there.</summary>
    public string? UnixSocket { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
