namespace Assay.Server.Data.Sealing;

/// <summary>Section <c>Assay:Secrets</c>.</summary>
internal sealed class SecretsOptions
{
    public const string Section = "Assay:Secrets";

    /// <summary>
    /// The key that secrets are sealed with which have to be read again; a relative path begins at the data directory. Default:
    /// <c>secrets.key</c> beside the signing keys. Nodes of one registry need the same file.
    /// </summary>
    public string? KeyFile { get; set; }
}
