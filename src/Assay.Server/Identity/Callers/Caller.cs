using Assay.Npm;
using Assay.Server.Audit;
using Assay.Trust.Bindings;
using Assay.Trust.People;
using Assay.Trust.Policies;

namespace Assay.Server.Identity;

/// <summary>Who is asking, as far as the credential in the request proves it.</summary>
internal abstract record Caller(string Address)
{
    /// <summary>How the audit log names this caller.</summary>
    public abstract string Name { get; }

    public Actor Actor => new(Name, Address);

    /// <summary>Binds endpoint parameters; the resolver remembers credentials, so this is cheap.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) =>
        context.RequestServices.GetRequiredService<CallerResolver>().ResolveAsync(context);

    internal sealed record Anonymous(string Address) : Caller(Address)
    {
        public override string Name => "anonymous";
    }

    /// <summary>A credential was presented and is not good. Reading public things goes on; everything else says why not.</summary>
    internal sealed record Rejected(string Reason, string Address) : Caller(Address)
    {
        public string Code { get; init; } = "credential-rejected";

        public override string Name => "anonymous";
    }

    /// <summary>A person with an access token.</summary>
    internal sealed record Member(long PersonId, string PersonName, string Email, bool IsAdministrator, AccessTokenUse Token, string Address)
        : Caller(Address)
    {
        /// <summary>As it is remembered with the credential: good for reads. A change loads it again, inside its commit.</summary>
        public required Standing Standing { get; init; }

        public override string Name => PersonName;
    }

    /// <summary>A CI run with a token that it got for its identity token.</summary>
    internal sealed record Workload(WorkloadGrant Grant, string Address) : Caller(Address)
    {
        public override string Name => Grant.DisplayName;
    }
}

/// <summary>The access token in use: its row, its public key, and whether it may only read.</summary>
internal sealed record AccessTokenUse(long Id, string Key, bool IsReadOnly)
{
    /// <summary>The highest role that this token can use with a package, whatever its person has.</summary>
    public PackageRole LimitFor(string package) => IsReadOnly ? PackageRole.Read : PackageRole.Admin;

    /// <summary>Whether it can change anything in an organisation, its members and teams.</summary>
    public bool MayChangeOrganisation(string organisation) => !IsReadOnly;
    /// <summary>From a sign-in: only with such a one an account is changed.</summary>
    public bool IsSignIn { get; init; }

    /// <summary>Made to do without the second factor, where the lock of a package allows that.</summary>
    public bool BypassesSecondFactor { get; init; }
}

/// <summary>What an exchanged token was minted for. Whether it is still good for a change is asked again in that change's own commit.</summary>
/// <remarks>Its names are the one package, or for reading the names and patterns.</remarks>
internal sealed record WorkloadGrant(
    long TokenId, IReadOnlyList<NamePattern> Names, TrustActions Actions, string ProviderId, string PolicyId, string DisplayName)
{
    private const int NamesShown = 3;

    /// <summary>Its one publish is done; nothing is left to it but to have that very publish repeated.</summary>
    public bool IsUsed { get; init; }

    /// <summary>The run that it was minted for, in words for the audit log.</summary>
    public required string Origin { get; init; }

    /// <summary>Whether it was minted for this very name, not for a pattern that has it.</summary>
    public bool IsFor(PackageName package) => Names.Any(name => name.IsExact && name.Text == package.Value);

    /// <summary>Whether it was minted for a pattern that has this name. Only reading is.</summary>
    public bool IsForPatternOf(PackageName package) =>
        Actions is TrustActions.Read && Names.Any(name => !name.IsExact && name.Matches(package.Value));

    /// <summary>What it may do, in words.</summary>
    public string Abilities => Actions is TrustActions.Read
        ? $"This token may read {Shown()}, and nothing else."
        : $"This token is good for {string.Join(" and ", Actions.Names())} of {Shown()} and for reading it, and for nothing else.";

    private string Shown() => string.Join(", ", Names.Take(NamesShown)) + (Names.Count > NamesShown ? $" and {Names.Count - NamesShown} more" : "");
}
