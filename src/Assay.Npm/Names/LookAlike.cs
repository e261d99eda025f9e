namespace Assay.Npm;

/// <summary>
/// What is left of a name when case and punctuation are taken out: two names of which the same is left pass for each other. npm's rule for new names; here also
/// within scopes, which stay parted from the names in them and from names without one.
/// </summary>
public static class LookAlike
{
    /// <summary>Of a name, or of a scope with its sign. Names are ASCII, so that every database takes out the same.</summary>
    public static string Of(string name) =>
        string.Concat(name.Where(character => character is not ('-' or '_' or '.')).Select(char.ToLowerInvariant));
}
