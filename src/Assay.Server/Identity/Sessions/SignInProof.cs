namespace Assay.Server.Identity;

/// <summary>How somebody signs in on a page: with name, password and, who has one, a second factor; or with a passkey, which is both.</summary>
internal sealed record SignInProof(string Name, string Password, FactorAnswer? Factor);

/// <summary>A person whose name and password, or whose passkey, are right. The factor is still to be taken, in the commit of what they sign in for.</summary>
internal sealed record ProvenPerson(long Id, string Name, FactorAnswer? Factor);
