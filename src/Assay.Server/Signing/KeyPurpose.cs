namespace Assay.Server.Signing;

/// <summary>What a key signs. A key never signs two kinds of thing: a signature of the one could be shown as one of the other.</summary>
internal static class KeyPurpose
{
    /// <summary>Versions, for <c>npm audit signatures</c>.</summary>
    public const string Registry = "registry";

    /// <summary>Checkpoints of the log and what is promised of it, for Sigstore's clients.</summary>
    public const string LogEcdsa = "log-ecdsa";

    /// <summary>Checkpoints of the log, for monitors and witnesses.</summary>
    public const string LogEd25519 = "log-ed25519";

    /// <summary>The trusted root's short-lived metadata.</summary>
    public const string TufOnline = "tuf-online";

    /// <summary>What the trusted root begins with; clients pin it.</summary>
    public const string TufRoot = "tuf-root";

    public static IReadOnlyList<string> All { get; } = [Registry, LogEcdsa, LogEd25519, TufOnline, TufRoot];

    public static KeyAlgorithm AlgorithmOf(string purpose) => purpose == LogEd25519 ? KeyAlgorithm.Ed25519 : KeyAlgorithm.EcdsaP256;
}
