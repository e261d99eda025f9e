using Assay.Server.Data;
using Assay.Trust.Bindings;
using Assay.Trust.Guards;

namespace Assay.Server.Upstream;

/// <summary>The guards' settings become rules; a wrong one stops the start and names its key.</summary>
internal static class GuardSettings
{
    private const string Section = UpstreamOptions.Section + ":Guards";

    /// <exception cref="StartRefused">A value is wrong.</exception>
    public static GuardRules Read(GuardOptions options) => new()
    {
        Block = Targets(nameof(options.Block), options.Block),
        Allow = Targets(nameof(options.Allow), options.Allow),
        MinimumAge = TimeSpan.FromHours(options.MinimumAgeHours),
        MinimumAgeExcept = Patterns(nameof(options.MinimumAgeExcept), options.MinimumAgeExcept),
        LicencesAllowed = options.LicencesAllowed.ToHashSet(StringComparer.OrdinalIgnoreCase),
        LicencesRefused = options.LicencesRefused.ToHashSet(StringComparer.OrdinalIgnoreCase),
        RefuseInstallScripts = options.RefuseInstallScripts,
        InstallScriptsExcept = Patterns(nameof(options.InstallScriptsExcept), options.InstallScriptsExcept),
        RefuseDeprecated = options.RefuseDeprecated,
    };

    private static List<GuardTarget> Targets(string key, IEnumerable<string> texts) => [.. texts.Select(text => GuardTarget.TryParse(text, out var target)
        ? target
        : throw new StartRefused($"Wrong configuration value for {Section}:{key}: '{text}' is not a name, a pattern like @scope/*, or one of them with a range like lodash@<4.17.21."))];

    private static List<NamePattern> Patterns(string key, IEnumerable<string> texts) => [.. texts.Select(text => NamePattern.TryParse(text, out var pattern)
        ? pattern
        : throw new StartRefused($"Wrong configuration value for {Section}:{key}: '{text}' is not *, @scope/*, @scope/prefix* or one name."))];
}
