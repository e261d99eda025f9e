using Assay.Npm;
using Assay.Trust.Guards;

namespace Assay.Server.Upstream;

/// <summary>Reads what somebody wants to rule.</summary>
internal static class WantedRuling
{
    /// <summary>Null when it names neither a package nor one exact version, or gives no reason.</summary>
    public static Ruling? Read(RulingKind kind, string? what, string? reason) =>
        what is { Length: > 0 } && Read(what) is var (name, version) && !string.IsNullOrWhiteSpace(reason) ? new Ruling(kind, name.Value, version, reason) : null;

    private static (PackageName Name, string? Version)? Read(string text)
    {
        var at = text.LastIndexOf('@');
        var (name, version) = at > 0 ? (text[..at], text[(at + 1)..]) : (text, null);
        // A range or a tag would be kept and never fit.
        var isExact = version is null || (SemanticVersion.TryParse(version, out var exact) && exact.ToString() == version);
        return PackageName.TryParse(name, out var parsed) && isExact ? (parsed, version) : null;
    }
}
