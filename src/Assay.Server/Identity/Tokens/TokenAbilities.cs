using Assay.Trust.People;

namespace Assay.Server.Identity;

/// <summary>What a token can do and what not, in sentences for whoever is about to make it.</summary>
internal sealed record TokenAbilities(IReadOnlyList<string> Can, IReadOnlyList<string> Cannot)
{
    public static TokenAbilities Of(NewAccessToken wanted) => new([.. CanDo(wanted)], [.. CannotDo(wanted)]);

    private static IEnumerable<string> CanDo(NewAccessToken wanted)
    {
        var reach = wanted.Reach;
        var names = Listed(reach.PackageNames, "every package that you may read or change");
        if (reach.Packages >= TokenPermission.Read)
        {
            yield return $"Read {names}, as far as you may yourself.";
        }
        if (reach.Packages == TokenPermission.Stage)
        {
            yield return $"Stage versions of {names}: somebody approves each before it is published.";
        }
        if (reach.Packages == TokenPermission.Write)
        {
            yield return $"Publish, tag, deprecate and administer {names}, as far as you may yourself.";
        }
        if (reach.BypassesSecondFactor)
        {
            yield return "Publish without your second factor, where the package's lock allows that.";
        }
        if (reach.Organisations >= TokenPermission.Read)
        {
            yield return $"{(reach.Organisations == TokenPermission.Write ? "See and change" : "See")} members and teams of {Listed(reach.OrganisationNames, "all your organisations")}.";
        }
    }

    private static IEnumerable<string> CannotDo(NewAccessToken wanted)
    {
        var reach = wanted.Reach;
        if (reach.PackageNames is not null)
        {
            yield return "Read or change any other package that is not open to everybody.";
        }
        if (reach.IsReadOnly)
        {
            yield return "Publish or change anything.";
        }
        else if (!reach.BypassesSecondFactor)
        {
            yield return "Do anything sensitive without your second factor, once you have one.";
        }
        if (reach.Organisations is TokenPermission.None)
        {
            yield return "See or change organisations.";
        }
        yield return "Change your account, make other tokens, or administer this registry.";
        yield return wanted.AllowedAddresses.Count > 0 ? $"Be used from outside {string.Join(", ", wanted.AllowedAddresses)}." : "Tell where it is used: whoever has it can use it from everywhere.";
        yield return $"Live longer than {Math.Ceiling(wanted.Lifetime.TotalDays)} days.";
    }

    private static string Listed(IReadOnlyList<string>? names, string all) =>
        names is null ? all : string.Join(", ", names.Select(name => name.StartsWith('@') && !name.Contains('/', StringComparison.Ordinal) ? $"everything in {name}" : name));
}
