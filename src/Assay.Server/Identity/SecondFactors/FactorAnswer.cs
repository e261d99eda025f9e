namespace Assay.Server.Identity;

/// <summary>What somebody shows for their second factor.</summary>
internal abstract record FactorAnswer
{
    /// <summary>Six digits of an app, or a recovery code.</summary>
    internal sealed record Code(string Text) : FactorAnswer
    {
        // Records print their members, and codes stay out of logs.
        public override string ToString() => nameof(Code);
    }

    /// <summary>A passkey whose signature was verified, with user verification. Whether it was taken before is decided in the commit.</summary>
    internal sealed record Passkey(long PersonId, byte[] CredentialId, long SignCount, bool IsBackedUp, byte[] Ceremony, DateTimeOffset ExpiresAt) : FactorAnswer;
}

internal abstract record FactorVerdict
{
    internal sealed record Accepted(string With) : FactorVerdict;

    /// <summary>Counted, so that guessing gets slow.</summary>
    internal sealed record Wrong(string Text) : FactorVerdict;

    /// <summary>Refused for a reason that is no guess.</summary>
    internal sealed record Refused(string Text) : FactorVerdict;

    internal sealed record Wait(TimeSpan For) : FactorVerdict
    {
        public string Text => $"Too many wrong codes. Try again in {Math.Ceiling(For.TotalSeconds)} seconds.";
    }

    /// <summary>Null when it was accepted, otherwise what people are told.</summary>
    public string? Problem => this switch
    {
        Accepted => null,
        Wrong wrong => wrong.Text,
        Refused refused => refused.Text,
        Wait wait => wait.Text,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
