using Assay.Npm;
using Assay.Server.Audit;

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
        public override string Name => PersonName;
    }

    /// <summary>A CI run with a publish token.</summary>
    internal sealed record Workload(PublishGrant Grant, string Address) : Caller(Address)
    {
        public override string Name => Grant.DisplayName;
    }
}

/// <summary>The access token in use: its row, its public key, and whether it may only read.</summary>
internal sealed record AccessTokenUse(long Id, string Key, bool IsReadOnly);

/// <summary>What a publish token was minted for. Whether it is still good is asked again in the publish's own commit.</summary>
internal sealed record PublishGrant(long TokenId, PackageName Package, string ProviderId, string PolicyId, string DisplayName)
{
    /// <summary>Its one publish is done; nothing is left to it but to have that very publish repeated.</summary>
    public bool IsUsed { get; init; }
}
