using System.Collections.Frozen;
using Assay.Trust.Bindings;

namespace Assay.Trust.Providers;

/// <summary>
/// Claims about a person. Policies may compare them; a statement is for everybody and for ever, so none of them enters one. A definition marks
/// what it knows (personal, or the fact <c>actor</c>); the names below are refused even where its author did not.
/// </summary>
internal static class PersonClaims
{
    private static readonly FrozenSet<string> Names = new[]
    {
        "actor", "actor_id", "actor_name", "user", "user_id", "user_login", "user_name", "username", "user_email", "user_identities",
        "user_access_level", "groups", "groups_direct", "email", "name", "given_name", "family_name", "nickname", "preferred_username", "profile",
        "picture", "phone_number", "initiator", "scm_user_name", "accountuuid", "account_uuid", "triggered_by", "triggered_by_id",
        "triggered_by_name", "triggered_by_email", "author", "committer", "approver", "sender",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool Has(ProviderDefinition definition, ValueReference value) => value.Source switch
    {
        ValueSource.Claim => definition.Claims.GetValueOrDefault(value.Name) is { } claim
            && (claim.Personal || IsActor(definition, value) || Names.Contains(value.Name) || IsNamed(claim.At)),
        ValueSource.Derived => IsActor(definition, value)
            || definition.Derive.GetValueOrDefault(value.Name) is { } rule && rule.Inputs.Values.Any(input =>
                input.Source is ValueSource.Claim && Has(definition, input)),
        _ => false,
    };

    /// <summary>The same of a claim whose place the operator chose.</summary>
    public static bool IsBoundTo(ProviderDefinition definition, IssuerBinding binding, ValueReference value) =>
        value.Source is ValueSource.Claim && definition.Claims.GetValueOrDefault(value.Name) is { Bound: true } claim
        && IsNamed(binding.Place(value.Name, claim));

    private static bool IsActor(ProviderDefinition definition, ValueReference value) =>
        definition.Run.Facts.TryGetValue(RunShape.Actor, out var actor) && actor == value;

    // Further in, a name such as "name" is of whatever it stands in: kubernetes.io > serviceaccount > name.
    private static bool IsNamed(IReadOnlyList<string> place) => place is [var only] && Names.Contains(only);
}
