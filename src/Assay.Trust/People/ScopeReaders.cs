namespace Assay.Trust.People;

/// <summary>Who reads what is new in a scope, and how far a package in it can be opened.</summary>
/// <param name="Usual">Of a package whose publish did not say.</param>
/// <param name="Ceiling">The widest that can be asked for.</param>
public sealed record ScopeReaders(ReadCircle Usual, ReadCircle Ceiling)
{
    /// <summary>What <c>restricted</c> means: not public, and no wider than is usual.</summary>
    public ReadCircle Restricted => Narrower(Usual, ReadCircle.Members);

    public bool Allows(ReadCircle wanted) => wanted <= Ceiling;

    /// <summary>
    /// What the scope says counts before what the registry says. The registry's ceiling is never below what is usual there; a scope's is a promise,
    /// which what is usual does not exceed.
    /// </summary>
    public static ScopeReaders Of(ReadCircle registry, ReadCircle registryCeiling, ReadCircle? scope, ReadCircle? scopeCeiling)
    {
        var ceiling = scopeCeiling ?? (registry > registryCeiling ? registry : registryCeiling);
        return new ScopeReaders(Narrower(scope ?? registry, ceiling), ceiling);
    }

    private static ReadCircle Narrower(ReadCircle one, ReadCircle other) => one < other ? one : other;
}
