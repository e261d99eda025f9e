using Assay.Trust.Bindings;

namespace Assay.Trust.Guards;

/// <summary>What of other registries may be installed through this one. Without rules everything may.</summary>
public sealed record GuardRules
{
    public IReadOnlyList<GuardTarget> Block { get; init; } = [];

    /// <summary>When there is any, only what they cover.</summary>
    public IReadOnlyList<GuardTarget> Allow { get; init; } = [];

    public TimeSpan MinimumAge { get; init; }

    public IReadOnlyList<NamePattern> MinimumAgeExcept { get; init; } = [];

    /// <summary>When there is any, only licences that can be satisfied with these.</summary>
    public IReadOnlySet<string> LicencesAllowed { get; init; } = new HashSet<string>();

    /// <summary>Licences that cannot be satisfied without these are refused. What is no expression must not name any of them.</summary>
    public IReadOnlySet<string> LicencesRefused { get; init; } = new HashSet<string>();

    public bool RefuseInstallScripts { get; init; }

    public IReadOnlyList<NamePattern> InstallScriptsExcept { get; init; } = [];

    public bool RefuseDeprecated { get; init; }

    /// <summary>
    /// Why this version is kept back, or null when it is not. A ruling goes before all rules; the first rule that applies is told. What is malicious is released by a ruling
    /// about that very version alone: one about the whole package was made when nobody knew.
    /// </summary>
    public KeptBack? Judge(GuardedVersion version, IEnumerable<Ruling> rulings, DateTimeOffset now) =>
        Ruling.For(rulings, version.Name.Value, version.Version) switch
        {
            { Kind: RulingKind.Quarantine } ruling => new KeptBack("quarantined", $"it is quarantined here: {ruling.Reason}"),
            { Kind: RulingKind.Release, Version: { } } => null,
            _ when Malicious(version) is { } malicious => malicious,
            { Kind: RulingKind.Release } => null,
            _ => Blocked(version) ?? NotAllowed(version) ?? TooYoung(version, now) ?? WrongLicence(version) ?? Script(version) ?? Old(version),
        };

    private static KeptBack? Malicious(GuardedVersion version) => version.MaliciousBy is { } advisory
        ? new KeptBack(KeptBack.Malicious, $"{advisory} says that it is malicious")
        : null;

    private KeptBack? Blocked(GuardedVersion version) => Block.FirstOrDefault(target => target.Reaches(version)) is { } target
        ? new KeptBack("blocked", $"this registry blocks {target}")
        : null;

    private KeptBack? NotAllowed(GuardedVersion version) => Allow.Count > 0 && !Allow.Any(target => target.Covers(version))
        ? new KeptBack("not-allowed", "it is not on this registry's list of allowed packages")
        : null;

    private KeptBack? TooYoung(GuardedVersion version, DateTimeOffset now)
    {
        if (MinimumAge <= TimeSpan.Zero || Excepts(MinimumAgeExcept, version))
        {
            return null;
        }
        if (version.PublishedAt is not { } published)
        {
            return new KeptBack("too-young", "its registry does not say when it was published");
        }
        if (now - published >= MinimumAge)
        {
            return null;
        }
        // A time of far away is no time to wait for.
        DateTimeOffset? until = published <= now ? published + MinimumAge : null;
        return new KeptBack("too-young", $"it was published at {published:u}, and this registry waits {Hours(MinimumAge)}{(until is null ? "" : $": until {until:u}")}") { Until = until };
    }

    private KeptBack? WrongLicence(GuardedVersion version)
    {
        if (LicencesAllowed.Count > 0 && (version.Licence is null || LicenceExpression.IsSatisfied(version.Licence, LicencesAllowed.Contains) is not true))
        {
            return new KeptBack("licence", $"its licence is {version.Licence ?? "not stated"}, which this registry does not allow");
        }
        return LicencesRefused.Count > 0 && version.Licence is { } licence && !CanDoWithout(licence)
            ? new KeptBack("licence", $"its licence is {licence}, which this registry refuses")
            : null;
    }

    // What is no expression is looked through word by word.
    private bool CanDoWithout(string licence) => LicenceExpression.IsSatisfied(licence, id => !LicencesRefused.Contains(id))
        ?? !licence.Split([' ', '(', ')', '/', ',', '|', ';'], StringSplitOptions.RemoveEmptyEntries).Any(LicencesRefused.Contains);

    private KeptBack? Script(GuardedVersion version) => RefuseInstallScripts && version.HasInstallScript && !Excepts(InstallScriptsExcept, version)
        ? new KeptBack("install-script", "it runs a script when it is installed")
        : null;

    private KeptBack? Old(GuardedVersion version) => RefuseDeprecated && version.IsDeprecated
        ? new KeptBack("deprecated", "its maintainers deprecated it")
        : null;

    private static bool Excepts(IEnumerable<NamePattern> patterns, GuardedVersion version) => patterns.Any(pattern => pattern.Matches(version.Name.Value));

    private static string Hours(TimeSpan age) => age.TotalHours >= 48 ? $"{age.TotalDays:0.#} days" : $"{age.TotalHours:0.#} hours";
}
