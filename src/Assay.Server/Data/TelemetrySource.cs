using System.Diagnostics;

namespace Assay.Server.Data;

/// <summary>
/// The name of what this program measures of itself. Instruments and spans carry codes, kinds and counts: never a package's name, a person, an address
/// or a credential.
/// </summary>
internal static class TelemetrySource
{
    public const string Name = "Assay";

    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>A span around one step; nothing at all while nobody listens.</summary>
    public static Activity? Step(string name) => Activities.StartActivity(name);
}
