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

public static class PackageRoles
{
    /// <summary>As stored and shown: <c>read</c>, <c>write</c>, <c>admin</c>; <c>none</c> is neither.</summary>
    public static string Word(this PackageRole role) => role switch
    {
        PackageRole.Admin => "admin",
        PackageRole.Write => "write",
        PackageRole.Read => "read",
        _ => "none",
    };

    /// <summary>A role that can be given, also in the words that <c>npm access grant</c> sends.</summary>
    public static PackageRole? Parse(string? word) => word switch
    {
        "read" or "read-only" => PackageRole.Read,
        "write" or "read-write" => PackageRole.Write,
        "admin" => PackageRole.Admin,
        _ => null,
    };

    /// <summary>As npm and pnpm know it: they have no word for admin.</summary>
    public static string NpmWord(this PackageRole role) => role >= PackageRole.Write ? "read-write" : "read-only";

    /// <summary>The words of this role and of all above it.</summary>
    public static IReadOnlyList<string> WordsFrom(PackageRole least) =>
        [.. Enum.GetValues<PackageRole>().Where(role => role >= least && role > PackageRole.None).Select(Word)];
}
