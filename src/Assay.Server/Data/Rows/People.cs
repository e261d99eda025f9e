namespace Assay.Server.Data.Rows;

internal sealed class PersonRow
{
    public long Id { get; set; }
    public required string Name { get; set; }
    public required string Email { get; set; }

    /// <summary>When somebody showed that they read mail there; null while nobody has.</summary>
    public DateTimeOffset? EmailVerifiedAt { get; set; }

    /// <summary>When the address lost its verification because its domain was gone; null again once an address is confirmed.</summary>
    public DateTimeOffset? EmailDomainGoneAt { get; set; }

    /// <summary>Empty for who has none: they sign in by the identity provider, or have yet to choose one.</summary>
    public required string PasswordHash { get; set; }
    public bool IsAdministrator { get; set; }
    public string? FullName { get; set; }
    public string? Homepage { get; set; }
    public string? Github { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Since when this person signs in nowhere; null for who may. Their name, what they own and what they did stay.</summary>
    public DateTimeOffset? DisabledAt { get; set; }
}

/// <summary>A place that is kept for somebody until they choose a password. The link's capability is never stored, only its SHA-256.</summary>
internal sealed class InvitationRow
{
    public long Id { get; set; }
    public required string Name { get; set; }
    public required string Email { get; set; }
    public bool IsAdministrator { get; set; }

    /// <summary>Null until the link is made: that of a mail is made when the mail is sent.</summary>
    public byte[]? Hash { get; set; }

    /// <summary>Whether its link goes by mail, which shows that whoever follows it reads mail there.</summary>
    public bool IsMailed { get; set; }
    public required string InvitedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Accepted or revoked.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>What a link of a person is for.</summary>
internal enum AccountLinkPurpose
{
    /// <summary>They read mail at an address.</summary>
    Email,

    /// <summary>They choose another password.</summary>
    Password,
}

/// <summary>A link that does one thing for one person, once. Only the SHA-256 of its capability.</summary>
internal sealed class AccountLinkRow
{
    public long Id { get; set; }
    public long PersonId { get; set; }
    public AccountLinkPurpose Purpose { get; set; }

    /// <summary>The address that it goes to, or that is to be confirmed by it.</summary>
    public required string Email { get; set; }

    /// <summary>Null until the link is made: that of a mail is made when the mail is sent.</summary>
    public byte[]? Hash { get; set; }
    public bool IsMailed { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Used, or replaced by another.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>What was learned of a domain that verified addresses have.</summary>
internal sealed class EmailDomainRow
{
    public required string Domain { get; set; }

    /// <summary>When the newest round that asks about it began.</summary>
    public DateTimeOffset AskedAt { get; set; }

    /// <summary>The round since which it does not exist; null while it does.</summary>
    public DateTimeOffset? MissingSince { get; set; }
}

/// <summary>An account of the identity provider that signs a person in. The issuer's name for it never changes; an e-mail address may.</summary>
internal sealed class LinkedIdentityRow
{
    public long Id { get; set; }
    public long PersonId { get; set; }
    public required string Issuer { get; set; }
    public required string Subject { get; set; }

    /// <summary>What the provider called it when it was linked, for people to recognise.</summary>
    public required string Label { get; set; }
    public DateTimeOffset LinkedAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
}

/// <summary>A sign-in at the identity provider that a browser began and has not come back from, or whose answer it has yet to use.</summary>
internal sealed class ProviderSignInRow
{
    public long Id { get; set; }

    /// <summary>SHA-256 of the state in the address.</summary>
    public required byte[] StateHash { get; set; }

    /// <summary>SHA-256 of what the browser that began it keeps. What proves the exchange (PKCE) and the nonce are made of it, so that neither is stored.</summary>
    public required byte[] BrowserHash { get; set; }

    /// <summary>Where it goes on: an account's page, a web login, an invitation, or an account that is to be linked.</summary>
    public required string Continuation { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When the provider's answer was taken: an answer is taken once.</summary>
    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>Who the provider said it is; null until then.</summary>
    public string? Subject { get; set; }
    public string? Label { get; set; }
    public string? Email { get; set; }
    public bool IsEmailVerified { get; set; }
    public string? SuggestedName { get; set; }
}

/// <summary>A person's access token. The secret itself is never stored, only its SHA-256.</summary>
internal sealed class AccessTokenRow
{
    public long Id { get; set; }

    /// <summary>The public handle that <c>npm token list</c> shows and <c>npm token revoke</c> names.</summary>
    public required string Key { get; set; }
    public long PersonId { get; set; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    public required byte[] Hash { get; set; }
    public required string Hint { get; set; }
    public bool IsReadOnly { get; set; }

    /// <summary>What it narrows its person to, as JSON; null for a sign-in, and for a token of an earlier version, which is for everything or for reading everything.</summary>
    public string? Reach { get; set; }

    /// <summary>From a sign-in, not made by hand for something else: it may change the account, and ends with the password.</summary>
    public bool IsSignIn { get; set; }

    /// <summary>Address ranges it may be used from, one CIDR a line; empty for any.</summary>
    public required string AllowedAddresses { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>How many days before its end its owner was last told of it.</summary>
    public int? WarnedDaysBefore { get; set; }
    /// <summary>What signed in, and from where, as far as it was a sign-in.</summary>
    public string? Requester { get; set; }
    public string? Address { get; set; }
}

/// <summary>A web login that a command line began and a person has yet to confirm.</summary>
internal sealed class WebLoginRow
{
    public long Id { get; set; }

    /// <summary>SHA-256 of the capability in the login page's URL.</summary>
    public required byte[] PageHash { get; set; }

    /// <summary>SHA-256 of the capability in the polled URL; another one, so that seeing the page does not yield the token.</summary>
    public required byte[] PollHash { get; set; }
    public required byte[] CodeHash { get; set; }
    public required string Requester { get; set; }
    public required string Address { get; set; }
    public int WrongCodes { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public long? ConfirmedBy { get; set; }
    public DateTimeOffset? CollectedAt { get; set; }
}
