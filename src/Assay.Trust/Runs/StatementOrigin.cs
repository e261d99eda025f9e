using Assay.Trust.Providers;

namespace Assay.Trust.Runs;

/// <summary>Where a stated value comes from, in words.</summary>
internal static class StatementOrigin
{
    public static string Of(ProviderDefinition definition, StatedValue stated) =>
        stated.Value is { } value ? Of(definition, value) : OfLink(definition, stated.Link!);

    public static string Of(ProviderDefinition definition, ValueReference value) => value.Source switch
    {
        ValueSource.Claim => Claim(definition, value.Name),
        ValueSource.Derived => $"read out of {Of(definition, definition.Derive[value.Name].Inputs["value"])}",
        _ => "the issuer's settings at this registry",
    };

    public static string OfLink(ProviderDefinition definition, string template) => "an address made of " + string.Join(", ", Values(template)
        .Where(value => value.Source is not ValueSource.Constant).Select(value => Of(definition, value)).Distinct());

    private static IEnumerable<ValueReference> Values(string template)
    {
        foreach (var part in LinkTemplate.Placeholders(template))
        {
            if (LinkTemplate.TryReadPart(part, out var reference, out _))
            {
                yield return reference;
            }
        }
    }

    private static string Claim(ProviderDefinition definition, string name) => definition.Claims[name] is { Bound: false } claim
        ? $"claim '{string.Join(" > ", claim.At)}'"
        : $"the claim that the operator named as '{name}'";
}
