namespace Assay.Server.Identity;

/// <summary>What is limited, each for a key of its own: an address, an account, a CI project, a package.</summary>
internal enum LimitKind
{
    SignInsPerAddress,
    ChangesPerAccount,
    ChangesPerPackage,
    ExchangesPerProject,
    ExchangesPerPackage,
    ReadsPerAccount,
    ReadsPerAddress,
    ReportsPerAccount,
}

/// <summary>What a request counts as, where its method does not tell.</summary>
internal enum RequestCost
{
    Read,
    Change,
    SignIn,
}

/// <summary>Said of an endpoint.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CountsAsAttribute(RequestCost cost) : Attribute
{
    public RequestCost Cost => cost;
}
