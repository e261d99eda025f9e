namespace Assay.Server.Attestations;

/// <summary>Which of the registry's own attestations stock clients are told of: those that their trusted root verifies, and no others.</summary>
internal enum AttestationMode
{
    /// <summary>None: they are for the pages, <c>assay verify</c> and whoever asks this registry's own API.</summary>
    Detached,

    /// <summary>All: clients were given this registry's trusted root.</summary>
    PrivateRoot,

    /// <summary>Those of packages that everybody may read, once the public Sigstore's log has them.</summary>
    PublicLog,
}
