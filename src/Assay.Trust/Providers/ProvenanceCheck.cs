using System.Text.RegularExpressions;

namespace Assay.Trust.Providers;

/// <summary>Statements say what issuers vouch for: declared values, nothing that outsiders choose, and nobody's name.</summary>
internal static partial class ProvenanceCheck
{
    public static IEnumerable<string> Problems(ProviderDefinition definition) => definition.Provenance is { } shape
        ? [
            .. Parameters(definition, "externalParameters", shape.ExternalParameters),
            .. Parameters(definition, "internalParameters", shape.InternalParameters),
            .. Source(definition, shape.Source), .. Called(definition, shape.Called), .. Visibility(definition, shape),
        ]
        : [];

    private static IEnumerable<string> Parameters(
        ProviderDefinition definition, string member, IReadOnlyDictionary<string, IReadOnlyDictionary<string, StatedValue>> groups)
    {
        foreach (var (group, values) in groups)
        {
            if (!Name().IsMatch(group) || group == ProvenanceShape.IdentityToken || values.Count == 0)
            {
                yield return $"provenance.{member}.{group}: names are letters, digits and underscores, {ProvenanceShape.IdentityToken} is taken, and a group has members.";
            }
            foreach (var (name, stated) in values)
            {
                if (!Name().IsMatch(name) || !IsSound(definition, stated))
                {
                    yield return $"provenance.{member}.{group}.{name}: needs a value or a link, and what it means; {Rule}";
                }
            }
        }
        if (member == "externalParameters" && groups.Count == 0)
        {
            yield return $"provenance.{member}: at least one is needed.";
        }
    }

    private static bool IsSound(ProviderDefinition definition, StatedValue stated) =>
        stated.Means.Length > 0 && (stated.Value, stated.Link, stated.Prefix) switch
        {
            ({ } value, null, _) => MayState(definition, value),
            (null, { } link, null) => IsLink(definition, link),
            _ => false,
        };

    private static IEnumerable<string> Source(ProviderDefinition definition, SourceShape? source)
    {
        if (source is null)
        {
            yield break;
        }
        var hasOnePlace = source.Link is null || source.Address is null;
        var isSaid = source.Link is not null || source.Address is not null || source.Commit is not null;
        var values = new[] { source.Address, source.Ref, source.Commit }.OfType<ValueReference>();
        if (!hasOnePlace || !isSaid || source.Link is { } link && !IsLink(definition, link) || !values.All(value => MayState(definition, value)))
        {
            yield return $"provenance.source: needs a link, an address or a commit, not two of the first; {Rule}";
        }
    }

    private static IEnumerable<string> Called(ProviderDefinition definition, CalledShape? called)
    {
        if (called is not null
            && !(IsLink(definition, called.Link) && MayState(definition, called.Value) && MayState(definition, called.Commit)))
        {
            yield return $"provenance.called: {Rule}";
        }
    }

    private static IEnumerable<string> Visibility(ProviderDefinition definition, ProvenanceShape shape)
    {
        if (shape.Invocation is { } invocation && !IsLink(definition, invocation))
        {
            yield return $"provenance.invocation: {Rule}";
        }
        if (shape.PublicWhen is { } seen
            && (seen.In.Count == 0 || !MayState(definition, new ValueReference(ValueSource.Claim, seen.Claim))))
        {
            yield return $"provenance.publicWhen: needs values of a declared claim; {Rule}";
        }
    }

    private const string Rule =
        "links begin with a constant of type url and a slash, and no value is undeclared, an object, about a person, or chosen by outsiders (class T).";

    private static bool IsLink(ProviderDefinition definition, string template) =>
        DefinitionCheck.BeginsAtAConstantHost(definition, template) && LinkTemplate.Placeholders(template)
            .All(part => LinkTemplate.TryReadPart(part, out var reference, out _) && MayState(definition, reference));

    private static bool MayState(ProviderDefinition definition, ValueReference value) =>
        DefinitionCheck.Exists(definition, value) && !PersonClaims.Has(definition, value)
        && (value.Source is not ValueSource.Claim
            || definition.Claims[value.Name] is { Class: not ClaimClass.Trap, Type: not ClaimType.Composite });

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9_]{0,63}$")]
    private static partial Regex Name();
}
