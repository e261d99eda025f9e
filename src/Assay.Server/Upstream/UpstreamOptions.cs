using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Upstream;

internal enum UpstreamReaders
{
    Members,
    Public,
}

/// <summary>Whether versions that their registry did not sign are served.</summary>
internal enum SignatureRequirement
{
    /// <summary>Refused once the registry is known to list keys.</summary>
    IfItSigns,

    /// <summary>Refused even before its keys are known.</summary>
    Always,

    Never,
}

/// <summary>Section <c>Assay:Upstream</c>. Without a registry in it there is no upstream.</summary>
internal sealed class UpstreamOptions
{
    public const string Section = "Assay:Upstream";

    /// <summary>The registries that answer for names that are not ours, each under a short name.</summary>
    public IDictionary<string, UpstreamRegistryOptions> Registries { get; } = new Dictionary<string, UpstreamRegistryOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Who reads through this registry: whoever is signed in, runs that may read, or everybody.</summary>
    public UpstreamReaders Read { get; set; } = UpstreamReaders.Members;

    /// <summary>Whether nothing is asked of anybody: what is in the cache is served, whatever its age.</summary>
    public bool Offline { get; set; }

    /// <summary>How long a document counts as current, in seconds.</summary>
    [Range(0, 86_400)]
    public int FreshSeconds { get; set; } = 300;

    /// <summary>How long a document is served on after its registry stopped answering, in hours.</summary>
    [Range(0, 24 * 3650)]
    public int ServeStaleHours { get; set; } = 24 * 30;

    /// <summary>How long it is remembered that a registry does not have a name, in seconds.</summary>
    [Range(0, 86_400)]
    public int MissingSeconds { get; set; } = 60;

    /// <summary>How long a registry that failed to answer is left alone about the name, and about all that is in the cache, in seconds.</summary>
    [Range(0, 3600)]
    public int RetrySeconds { get; set; } = 10;

    /// <summary>How long a registry that did not say its keys is left alone about them, in seconds.</summary>
    [Range(0, 3600)]
    public int KeysRetrySeconds { get; set; } = 30;

    /// <summary>How long a registry may take to begin an answer, in seconds. It is asked up to three times.</summary>
    [Range(1, 300)]
    public int AnswerSeconds { get; set; } = 15;

    /// <summary>How long an answer may pause, in seconds.</summary>
    [Range(1, 300)]
    public int PauseSeconds { get; set; } = 30;

    /// <summary>How long a document may take as a whole, in seconds.</summary>
    [Range(1, 3600)]
    public int DocumentSeconds { get; set; } = 60;

    /// <summary>How long a tarball may take as a whole, in seconds.</summary>
    [Range(1, 7200)]
    public int TransferSeconds { get; set; } = 900;

    /// <summary>The largest document, unpacked, in bytes.</summary>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int MaximumDocumentBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>The largest tarball, in bytes.</summary>
    [Range(1024, 4L * 1024 * 1024 * 1024)]
    public long MaximumTarballBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Memory for documents that were asked for lately, in bytes.</summary>
    [Range(1024 * 1024, 64L * 1024 * 1024 * 1024)]
    public long DocumentCacheBytes { get; set; } = 96L * 1024 * 1024;

    /// <summary>Connections to one registry at a time.</summary>
    [Range(1, 1000)]
    public int Connections { get; set; } = 32;

    /// <summary>How many refusals are kept for operators to look at.</summary>
    [Range(0, 10_000_000)]
    public int RefusalsKept { get; set; } = 10_000;

    /// <summary>Whether versions that an imported advisory calls malicious are refused.</summary>
    public bool RefuseMalware { get; set; } = true;

    public GuardOptions Guards { get; } = new();
}

/// <summary>Section <c>Assay:Upstream:Registries:NAME</c>.</summary>
internal sealed class UpstreamRegistryOptions
{
    /// <summary>The registry's URL, as it would stand in an <c>.npmrc</c>.</summary>
    public string Url { get; set; } = "";

    /// <summary>The names that it answers for: <c>*</c>, <c>@scope/*</c>, <c>@scope/prefix*</c>, one name. None means <c>*</c>. Of several registries the closest pattern counts.</summary>
    public IList<string> Names { get; } = [];

    /// <summary>A file with the token that it wants; a relative path begins at the data directory.</summary>
    public string? TokenFile { get; set; }

    /// <summary>A package of it that only the token may see. It shows that the token still works, where the registry has no <c>/-/whoami</c>.</summary>
    public string? PrivatePackage { get; set; }

    /// <summary>Whether versions without a signature by a key of the registry are refused. Clients' own audits fail for them where the registry lists keys.</summary>
    public SignatureRequirement RequireSignature { get; set; } = SignatureRequirement.IfItSigns;

    /// <summary>Other hosts that its tarballs may lie on or be redirected to. They are sent no token.</summary>
    public IList<string> AlsoFrom { get; } = [];
}

/// <summary>Section <c>Assay:Upstream:Guards</c>.</summary>
internal sealed class GuardOptions
{
    /// <summary>What is kept back: a name, a pattern, or either with a range, <c>lodash@&lt;4.17.21</c>.</summary>
    public IList<string> Block { get; } = [];

    /// <summary>When there is any, only these.</summary>
    public IList<string> Allow { get; } = [];

    /// <summary>How old a version has to be, in hours.</summary>
    [Range(0, 24 * 3650)]
    public int MinimumAgeHours { get; set; }

    public IList<string> MinimumAgeExcept { get; } = [];

    /// <summary>SPDX ids; when there is any, only licences that can be satisfied with these.</summary>
    public IList<string> LicencesAllowed { get; } = [];

    /// <summary>SPDX ids that a licence must not need.</summary>
    public IList<string> LicencesRefused { get; } = [];

    /// <summary>Whether versions that run a script at installation are kept back.</summary>
    public bool RefuseInstallScripts { get; set; }

    public IList<string> InstallScriptsExcept { get; } = [];

    /// <summary>Whether deprecated versions are kept back.</summary>
    public bool RefuseDeprecated { get; set; }
}
