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
    /// <param name="PersonId">Their row.</param>
    /// <param name="PersonName">Their name.</param>
    /// <param name="Email">Their address.</param>
    /// <param name="IsAdministrator">Whether they may administer the registry with what they presented: a token made for something else never does.</param>
    /// <param name="Token">What they presented.</param>
    /// <param name="Address">Where from.</param>
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

/// <summary>The access token in use: its row, its public key, and what it narrows its person to.</summary>
internal sealed record AccessTokenUse(long Id, string Key, TokenReach Reach)
{
    /// <summary>Nothing at all can be changed with it.</summary>
    public bool IsReadOnly => Reach.IsReadOnly;

    /// <summary>From a sign-in: only with such a one an account is changed, and the registry administered.</summary>
    public bool IsSignIn => Reach.IsSignIn;

    /// <summary>Made to publish without a second factor, where the lock allows it.</summary>
    public bool BypassesSecondFactor { get; init; } = Reach.BypassesSecondFactor;

    /// <summary>The highest role that this token can use with a package or a scope, whatever its person has.</summary>
    public PackageRole LimitFor(string package) => Reach.LimitFor(package);

    /// <summary>Whether it may stage a version, which a token that cannot publish may be allowed.</summary>
    public bool MayStage(string package) => Reach.MayStage(package);

    /// <summary>Whether it may know an organisation, its members and teams.</summary>
    public bool MayReadOrganisation(string organisation) => Reach.ForOrganisation(organisation) >= TokenPermission.Read;

    /// <summary>Whether it can change anything in an organisation, its members and teams.</summary>
    public bool MayChangeOrganisation(string organisation) => Reach.ForOrganisation(organisation) >= TokenPermission.Write;
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
