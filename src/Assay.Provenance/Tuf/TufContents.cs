namespace Assay.Provenance.Tuf;

/// <summary>What a repository is made of.</summary>
public sealed record TufContents
{
    /// <summary>All versions of the root, from the first: a client goes from the one it has to the newest over all between.</summary>
    public required IReadOnlyList<TufRoot> Roots { get; init; }

    public required TufIssue Issue { get; init; }

    /// <summary>Signs as the newest root says.</summary>
    public required TufSigner Online { get; init; }

    /// <summary>The URL that clients have the registry under.</summary>
    public required Uri Registry { get; init; }

    public required IReadOnlyList<RegistryKey> RegistryKeys { get; init; }

    public required IReadOnlyList<LogKey> LogKeys { get; init; }

    /// <summary>The trusted root that the log is added to.</summary>
    public string TrustedRoot { get; init; } = Sigstore.Roots.TrustedRoot.PublicSigstoreDocument;
}
