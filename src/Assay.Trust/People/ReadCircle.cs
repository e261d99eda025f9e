namespace Assay.Trust.People;

/// <summary>Who reads a package without any role of their own in it; each includes those before it.</summary>
public enum ReadCircle
{
    /// <summary>Nobody: reading takes a role.</summary>
    Teams,

    /// <summary>Everybody who is signed in.</summary>
    Members,

    /// <summary>Everybody.</summary>
    Public,
}
