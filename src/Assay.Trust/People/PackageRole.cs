namespace Assay.Trust.People;

/// <summary>What somebody may do with a package; each includes those before it.</summary>
public enum PackageRole
{
    /// <summary>Not even know that it exists.</summary>
    None,

    /// <summary>Install it.</summary>
    Read,

    /// <summary>Publish, stage, tag and deprecate.</summary>
    Write,

    /// <summary>Unpublish; change owners, access, locks, trust policies and freezes.</summary>
    Admin,
}
