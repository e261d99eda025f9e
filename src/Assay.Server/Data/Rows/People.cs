namespace Assay.Server.Data.Rows;

internal sealed class PersonRow
{
    public long Id { get; set; }
    public required string Name { get; set; }
    public required string Email { get; set; }
    public required string PasswordHash { get; set; }
    public bool IsAdministrator { get; set; }
    public string? FullName { get; set; }
    public string? Homepage { get; set; }
    public string? Github { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
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
