using System.Diagnostics.CodeAnalysis;
using Assay.Trust.Providers;

namespace Assay.Trust.Fixtures;

/// <summary>A provider that an operator adds: a definition file and the fixtures that prove it.</summary>
public static class OperatorDefinition
{
    /// <summary>
    /// The catalog with the definition in it, or what is wrong. A definition that nobody has tried would be noticed only when it refuses an honest
    /// run, or when it does not refuse another one; so without its fixtures it does not load.
    /// </summary>
    public static bool TryAdd(
        ProviderCatalog catalog,
        ReadOnlySpan<byte> definition,
        ReadOnlySpan<byte> fixtures,
        [NotNullWhen(true)] out ProviderCatalog? extended,
        out IReadOnlyList<string> problems)
    {
        extended = null;
        if (!ProviderDefinition.TryRead(definition, out var read, out problems)
            || !catalog.TryAdd(read, out var candidate, out problems)
            || !DefinitionFixtures.TryRead(fixtures, candidate, out var proofs, out problems))
        {
            return false;
        }
        problems = proofs.Valid.Definition.Id == read.Id
            ? proofs.Failures()
            : [$"The fixtures are of provider '{proofs.Valid.Definition.Id}', the definition is '{read.Id}'."];
        extended = problems.Count == 0 ? candidate : null;
        return extended is not null;
    }
}
