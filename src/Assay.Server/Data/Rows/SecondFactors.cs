namespace Assay.Server.Data.Rows;

/// <summary>The secret that a person's authenticator app makes codes of. It has to be read again, so it is sealed instead of hashed.</summary>
internal sealed class TotpRow
{
    public long PersonId { get; set; }

    public required byte[] Sealed { get; set; }

    /// <summary>The step of the last code that was accepted: no code of it or before counts again.</summary>
    public long LastStep { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null until its first code was shown: until then it protects nothing.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }
}

/// <summary>A code for when everything else is lost. Only its SHA-256.</summary>
internal sealed class RecoveryCodeRow
{
    public long Id { get; set; }
    public long PersonId { get; set; }
    public required byte[] Hash { get; set; }
    public DateTimeOffset? UsedAt { get; set; }
}

/// <summary>A person's passkey.</summary>
internal sealed class PasskeyRow
{
    public long Id { get; set; }
    public long PersonId { get; set; }
    public required string Name { get; set; }
    public required byte[] CredentialId { get; set; }

    /// <summary>As COSE has it.</summary>
    public required byte[] PublicKey { get; set; }
    public long SignCount { get; set; }

    /// <summary>How a browser reaches it, separated by commas.</summary>
    public required string Transports { get; set; }
    public bool IsBackupEligible { get; set; }
    public bool IsBackedUp { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
}

/// <summary>A passkey's answer that was taken: none is taken twice.</summary>
internal sealed class SpentCeremonyRow
{
    /// <summary>SHA-256 of what the browser was asked.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>Until when the same answer would be taken otherwise.</summary>
    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>One act of one person that waits for its second factor in a browser.</summary>
internal sealed class WebChallengeRow
{
    public long Id { get; set; }

    /// <summary>SHA-256 of the capability in the page's URL.</summary>
    public required byte[] PageHash { get; set; }

    /// <summary>SHA-256 of the capability in the polled URL; another one, so that seeing the page does not yield the answer.</summary>
    public required byte[] PollHash { get; set; }
    public required byte[] CodeHash { get; set; }
    public long PersonId { get; set; }
    public required string Method { get; set; }
    public required string Path { get; set; }

    /// <summary>Of what would be done.</summary>
    public required byte[] Digest { get; set; }

    /// <summary>What would be done, for the page.</summary>
    public required string Words { get; set; }

    /// <summary>Why only a passkey counts, in words; null where codes count too.</summary>
    public string? WhyPasskey { get; set; }
    public required string Requester { get; set; }
    public required string Address { get; set; }
    public int WrongCodes { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>It was confirmed with a passkey, not with a code.</summary>
    public bool IsByPasskey { get; set; }

    /// <summary>SHA-256 of the answer; null until it was collected.</summary>
    public byte[]? AnswerHash { get; set; }
    public DateTimeOffset? UsedAt { get; set; }
}

/// <summary>A person who is signed in with a browser. The cookie's value is never stored, only its SHA-256.</summary>
internal sealed class WebSessionRow
{
    public long Id { get; set; }

    /// <summary>The public handle by which it is revoked.</summary>
    public required string Key { get; set; }
    public long PersonId { get; set; }
    public required byte[] Hash { get; set; }
    public required string Requester { get; set; }
    public required string Address { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset LastSeenAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
}
