using System.Text.Json.Serialization;

namespace Assay.Cli.State;

/// <summary>A log as it was last seen. What it shows later must agree.</summary>
internal sealed record RememberedLog
{
    public required string Origin { get; init; }

    /// <summary>The keys that were believed first, or that somebody gave.</summary>
    public required IReadOnlyList<RememberedKey> Keys { get; init; }

    public required RememberedHead Head { get; init; }

    /// <summary>The checkpoint with its signatures: the evidence, should the log ever show another one.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>Up to where every leaf was read and hashed.</summary>
    public RememberedHead? Read { get; init; }
}

/// <summary>A verifier key in its text form, and when it signs.</summary>
internal sealed record RememberedKey(string Note, DateTimeOffset? Since, DateTimeOffset? Until);

/// <summary>A size, and the root in base64.</summary>
internal sealed record RememberedHead(long Size, string Root);

/// <summary>The file: logs by the address of their registry.</summary>
internal sealed record RememberedLogs
{
    public int Version { get; init; } = 1;

    public Dictionary<string, RememberedLog> Logs { get; init; } = [];
}

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RememberedLogs))]
internal sealed partial class StateJson : JsonSerializerContext;
