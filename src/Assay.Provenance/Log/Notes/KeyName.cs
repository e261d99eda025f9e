using System.Text;

namespace Assay.Provenance.Log.Notes;

/// <summary>The name of a note's key: no spaces and no plus sign, which part it from what follows, and nothing that a note may not hold.</summary>
internal static class KeyName
{
    public static bool IsValid(string name) =>
        name.Length > 0 && name.EnumerateRunes().All(rune => !Rune.IsWhiteSpace(rune) && rune.Value is >= ' ' and not '+')
        && !name.Contains('\uFFFD');
}
