namespace Assay.Trust.People;

/// <summary>What a token may do with what it names; each includes those before it.</summary>
public enum TokenPermission
{
    None,
    Read,

    /// <summary>Read, and stage what others approve.</summary>
    Stage,
    Write,
}

/// <summary>What a token narrows its person to. It never gives what the person has not.</summary>
/// <remarks>The fields of npm's granular tokens (npm 11.19 and 12.2, <c>npm token create</c>).</remarks>
public sealed record TokenReach
{
    /// <summary>Of a sign-in: everything that the person may.</summary>
    public static TokenReach Everything { get; } = new() { IsSignIn = true, Packages = TokenPermission.Write, Organisations = TokenPermission.Write };

    /// <summary>From <c>npm login</c> and its like: it may also change the account itself.</summary>
    public bool IsSignIn { get; init; }

    /// <summary>With the packages below, or all of them.</summary>
    public required TokenPermission Packages { get; init; }

    /// <summary>Package names and scopes (<c>@scope</c>); null for all.</summary>
    public IReadOnlyList<string>? PackageNames { get; init; }

    /// <summary>With the organisations below.</summary>
    public TokenPermission Organisations { get; init; }

    /// <summary>Names of organisations; null for all.</summary>
    public IReadOnlyList<string>? OrganisationNames { get; init; }

    /// <summary>May publish where the lock allows tokens without a second factor.</summary>
    public bool BypassesSecondFactor { get; init; }

    /// <summary>Whether nothing can be changed with it.</summary>
    public bool IsReadOnly => Packages <= TokenPermission.Read && Organisations <= TokenPermission.Read;

    /// <summary>Whether it reads every package: what tells of all of them asks for that.</summary>
    public bool ReadsAllPackages => PackageNames is null && Packages >= TokenPermission.Read;

    /// <summary>The organisations that it may look at; null for all.</summary>
    public IReadOnlyList<string>? ReadableOrganisations => Organisations >= TokenPermission.Read ? OrganisationNames : [];

    /// <summary>The packages and scopes that it may look at; null for all.</summary>
    public IReadOnlyList<string>? ReadablePackages => Packages >= TokenPermission.Read ? PackageNames : [];

    public TokenPermission ForPackage(string name) =>
        PackageNames is null || PackageNames.Any(named => named == name || (named.Length > 0 && !named.Contains('/', StringComparison.Ordinal) && name.StartsWith($"{named}/", StringComparison.Ordinal)))
            ? Packages
            : TokenPermission.None;

    public TokenPermission ForOrganisation(string name) =>
        OrganisationNames is null || OrganisationNames.Contains(name, StringComparer.Ordinal) ? Organisations : TokenPermission.None;

    /// <summary>Whether it may stage a version of the package. A token that publishes may, too.</summary>
    public bool MayStage(string package) => ForPackage(package) >= TokenPermission.Stage;

    /// <summary>The highest role that this token can use with a package.</summary>
    public PackageRole LimitFor(string package) => ForPackage(package) switch
    {
        TokenPermission.Write => PackageRole.Admin,
        // Staging is asked for by its own name; to everything else such a token is one for reading.
        TokenPermission.Stage or TokenPermission.Read => PackageRole.Read,
        _ => PackageRole.None,
    };
}
